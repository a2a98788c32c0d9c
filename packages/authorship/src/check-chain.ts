import type { Entry } from './entry.ts'
import { contentHash, postHash, postingKeyHash, signerOf } from './hashes.ts'
import { NO_POST } from './typed-data.ts'

/** Checks the signed posts of one author, one after the other. */
export type ChainCheck = {
  /** @returns what is wrong with the next entry; undefined when nothing is. After a fault there is nothing to go on from. */
  add(entry: Entry): string | undefined
  /** How many were added without a fault, and the hash of the last. */
  readonly length: number
  readonly head: string
  /** Signatures that no key has made, and were let pass as a contract wallet's. */
  readonly unchecked: number
}

/**
 * Begins with an author's first signed post. Every entry must carry on where the one before ended: `seq` one more,
 * `prev` its hash, and a signature over exactly what it says, by the author's wallet or by a key that the wallet has let
 * sign.
 *
 * @param author EIP-55; whoever the first entry names unless told
 * @param contractWallet lets signatures pass that no key has made: a contract's word (EIP-1271) is its chain's to give
 */
export function createChainCheck({
  author,
  contractWallet = false,
}: {
  author?: string
  contractWallet?: boolean
} = {}): ChainCheck {
  let whose = author
  let length = 0
  let head = NO_POST
  let unchecked = 0
  return {
    add(entry) {
      whose ??= entry.author
      const fault = orderFault(entry, whose, length, head) ?? hashFault(entry) ?? keyFault(entry)
      if (fault) return fault
      const by = signatureFault(entry)
      if (by && !contractWallet) return by
      if (by) unchecked++
      length++
      head = entry.hash
      return undefined
    },
    get length() {
      return length
    },
    get head() {
      return head
    },
    get unchecked() {
      return unchecked
    },
  }
}

function orderFault(entry: Entry, author: string, seq: number, prev: string): string | undefined {
  if (entry.author !== author) return `is by ${entry.author}, and the log is ${author}'s`
  if (entry.seq !== seq) return `has seq ${entry.seq}, and ${seq} comes next`
  return entry.prev === prev ? undefined : `has prev ${entry.prev}, and the post before has the hash ${prev}`
}

function hashFault(entry: Entry): string | undefined {
  if (entry.content && contentHash(entry.content) !== entry.contentHash)
    return 'says something else than its contentHash: kind, title, text or tags were changed'
  const hash = postHash({ ...entry, createdAt: Date.parse(entry.createdAt) }, entry.contentHash)
  return hash === entry.hash ? undefined : `has the hash ${hash}, and says ${entry.hash}`
}

function keyFault({ key, seq, createdAt }: Entry): string | undefined {
  if (!key) return undefined
  if (createdAt > key.notAfter)
    return `was written at ${createdAt}, and its key is good until ${key.notAfter}`
  if (key.lastSeq !== null && seq > key.lastSeq)
    return `is signed by a key that was revoked, and holds up to seq ${key.lastSeq}`
  return undefined
}

function signatureFault({ author, key, hash, signature }: Entry): string | undefined {
  const NOT_BY = 'if the wallet is a contract, only its chain can tell (EIP-1271)'
  if (signerOf(hash, signature) !== (key?.address ?? author))
    return key ? `is not signed by the key ${key.address}` : `is not signed by ${author}; ${NOT_BY}`
  if (!key) return undefined
  const statement = { member: author, key: key.address, name: key.name, notAfter: Date.parse(key.notAfter) }
  return signerOf(postingKeyHash(statement), key.signature) === author
    ? undefined
    : `is signed by the key ${key.address}, which ${author} has not signed for; ${NOT_BY}`
}
