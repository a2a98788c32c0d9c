import { createHash, createPublicKey, verify } from 'node:crypto'
import { createChainCheck } from './check-chain.ts'
import { type Entry, readEntry } from './entry.ts'

/** What a node signs of an archive (Ed25519, RFC 8032): these words with the SHA-256 of all lines before the last. */
export const archiveWords = (sha256: string): Buffer => Buffer.from(`rivulet archive 1 ${sha256}`)

/** DER of an Ed25519 public key (RFC 8410), up to its 32 bytes. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** @param publicKey, signature hex */
export function isArchiveSignature(publicKey: string, sha256: string, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false
  try {
    const key = createPublicKey({
      key: Buffer.concat([SPKI, Buffer.from(publicKey, 'hex')]),
      ...{ format: 'der', type: 'spki' },
    })
    return verify(null, archiveWords(sha256), key, Buffer.from(signature, 'hex'))
  } catch {
    return false
  }
}

export type ArchiveHead = { node: string; address: string }

/** A line of an archive that was read: what kind it is, and a signed post's entry. */
export type ArchiveLine =
  | { type: 'archive'; head: ArchiveHead }
  | { type: 'signed'; entry: Entry; value: Record<string, unknown> }
  | { type: 'manifest' }
  | { type: 'other'; name: string; value: Record<string, unknown> }

export type ArchiveCheck = {
  /** Reads the next line, without its line feed. @returns the line, or what is wrong with it */
  add(text: string): { ok: true; line: ArchiveLine } | { ok: false; fault: string }
  /** What is wrong with it as a whole, once it has ended: an archive that was cut short has no manifest. */
  end(): string | undefined
  /** Signed posts so far. */
  readonly posts: number
  readonly unchecked: number
  /** Of the node that signed it, hex; once the manifest was read. */
  readonly publicKey: string | undefined
}

/**
 * Checks an archive line by line: the head, every signed post as a chain of the member's, and at the end the manifest:
 * how many lines of each kind there are, the SHA-256 of all before it, and the node's signature. Whose key that is, is for
 * whoever asks to know: `GET /v1/network` of the node tells it.
 */
export function createArchiveCheck(options: { contractWallet?: boolean } = {}): ArchiveCheck {
  const hash = createHash('sha256')
  const counts = new Map<string, number>()
  let chain: ReturnType<typeof createChainCheck> | undefined
  let publicKey: string | undefined

  function read(text: string): ArchiveLine | string {
    const value = objectIn(text)
    const type = value?.type
    if (!value || typeof type !== 'string') return 'is no JSON object with a type'
    if (publicKey !== undefined) return 'comes after the manifest'
    if (!chain) {
      const head = headOf(value)
      if (!head) return 'is not the head of an archive of version 1'
      chain = createChainCheck({ author: head.address, ...options })
      return { type: 'archive', head }
    }
    if (type === 'archive') return 'is a second head'
    if (type === 'signed') {
      const entry = readEntry(value)
      const fault = entry.ok ? chain.add(entry.entry) : `lacks a right ${entry.field}`
      return entry.ok && !fault
        ? { type, entry: entry.entry, value }
        : `signed post ${chain.length}: ${fault}`
    }
    if (type !== 'manifest') return { type: 'other', name: type, value }
    const fault = manifestFault(value, counts, hash.copy().digest('hex'))
    if (fault) return fault
    publicKey = value.publicKey as string
    return { type }
  }

  return {
    add(text) {
      const line = read(text)
      if (typeof line === 'string') return { ok: false, fault: line }
      const name = line.type === 'other' ? line.name : line.type
      if (name !== 'manifest') {
        hash.update(`${text}\n`)
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
      return { ok: true, line }
    },
    end: () => (publicKey === undefined ? 'has no manifest: it was cut short' : undefined),
    get posts() {
      return chain?.length ?? 0
    },
    get unchecked() {
      return chain?.unchecked ?? 0
    },
    get publicKey() {
      return publicKey
    },
  }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function headOf(value: Record<string, unknown>): ArchiveHead | undefined {
  const { type, version, node, member } = value
  const address = (member as { address?: unknown } | undefined)?.address
  if (type !== 'archive' || version !== 1 || typeof node !== 'string' || typeof address !== 'string')
    return undefined
  return node.length > 0 && node.length <= 200 ? { node, address } : undefined
}

function manifestFault(
  { counts, sha256, publicKey, signature }: Record<string, unknown>,
  counted: Map<string, number>,
  hashed: string,
): string | undefined {
  if (sha256 !== hashed)
    return `says that the lines before have the SHA-256 ${sha256}, and they have ${hashed}`
  const said = Object.entries((counts ?? {}) as Record<string, unknown>)
  const off = said.find(([name, n]) => counted.get(name) !== n)
  if (off || said.length !== counted.size)
    return `miscounts the lines before: ${off?.[0] ?? 'a kind is missing'}`
  return isArchiveSignature(String(publicKey), hashed, String(signature))
    ? undefined
    : 'is not signed by its publicKey'
}
