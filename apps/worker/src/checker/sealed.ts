import { createDecipheriv, hkdfSync } from 'node:crypto'
import type { Db } from './connect.ts'
import type { ExpectedLeaf } from './hashes.ts'

/** Whom a place's leaf may have been encrypted for, when its epoch was built. */
export type Readers = {
  /** One of these lists of secrets, whole: more than one where the address became a member's about then. */
  lists: Uint8Array[][]
  /** The treasury's own secret, which the checker does not have, would do as well. */
  treasury: boolean
}

/**
 * Whom the leaves at these places have to be encrypted for: the member whose place it is; else everybody who asked for a
 * payout to it, and the treasury's place for its own secret.
 *
 * A member is there for certain when they came a minute before the epoch, longer than a transaction may last, or when
 * nobody else could be meant.
 */
export async function readersOf(
  db: Db,
  epoch: number,
  indices: readonly bigint[],
): Promise<Map<bigint, Readers>> {
  const { rows } = await db.query<{
    index: bigint
    member: Uint8Array | null
    surely: boolean | null
    others: Uint8Array[]
  }>(
    `select v.index, m.exit_secret as member, m.created_at < e.created_at - interval '1 minute' as surely,
            array(select r.exit_secret from vault_readers k join members r on r.id = k.member_id
                  where k.index = v.index) as others
     from vault_accounts v left join members m on m.id = v.member_id join epochs e on e.number = $1
     where v.index = any($2::bigint[])`,
    [epoch, indices],
  )
  return new Map(
    rows.map(({ index, member, surely, others }) => {
      const isTreasury = index === 0n
      if (!member) return [index, { lists: isTreasury ? [] : [others], treasury: isTreasury }]
      const alone = surely || (!isTreasury && others.length === 0)
      const lists = alone || isTreasury ? [[member]] : [[member], others]
      return [index, { lists, treasury: isTreasury && !alone }]
    }),
  )
}

/** What a place's encrypted entries are judged by. */
export type SealedPlace = { domain: string; hash: string; sealed: string; leaf: ExpectedLeaf; salt: string }

/** What is wrong with the entries of a place, if anything: each reader has one that opens to the leaf, and nobody else. */
export function sealedFault(place: SealedPlace, { lists, treasury }: Readers): string | undefined {
  const entries = place.sealed === '-' ? [] : place.sealed.split(',')
  if (treasury && entries.length === 1) return undefined
  const clear = clearOf(place.leaf, place.salt)
  const fits = lists.some(
    (secrets) =>
      secrets.length === entries.length &&
      secrets.every((secret) => entries.some((entry) => opensTo(entry, place, secret, clear))),
  )
  if (fits) return undefined
  const wanted = treasury ? 1 : lists[0]!.length
  return wanted === entries.length
    ? 'what is encrypted for its reader does not open to it'
    : `it is encrypted for ${entries.length} and should be for ${wanted}`
}

const TAG_BYTES = 16
const IV = Buffer.alloc(12)
const ENTRY = /^[\w-]{211}$/

/** AES-256-GCM under HKDF-SHA-256 (RFC 5869) of the secret, as docs/SETTLEMENT.md, "The leaf file", has it. */
function opensTo(
  entry: string,
  { domain, hash }: Pick<SealedPlace, 'domain' | 'hash'>,
  secret: Uint8Array,
  clear: Buffer,
): boolean {
  if (!ENTRY.test(entry)) return false
  const info = Buffer.concat([Buffer.from('rivulet leaf'), bytesOf(hash)])
  const key = new Uint8Array(hkdfSync('sha256', secret, bytesOf(domain), info, 32))
  const sealed = Buffer.from(entry, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, IV)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).equals(clear)
  } catch {
    return false
  }
}

/** A leaf as its reader finds it: numbers big-endian, 142 bytes. */
function clearOf(leaf: ExpectedLeaf, salt: string): Buffer {
  const number = (value: bigint, bytes: number) => value.toString(16).padStart(2 * bytes, '0')
  const { index, account, authorised, spendable, held, payout, batch, deposited } = leaf
  const amounts = [authorised, spendable, held, payout].map((amount) => number(amount, 16)).join('')
  const rest = `${number(BigInt(batch), 2)}${number(deposited, 16)}${salt.slice(2)}`
  return Buffer.from(`${number(index, 8)}${account.slice(2)}${amounts}${rest}`, 'hex')
}

const bytesOf = (hex: string) => Buffer.from(hex.slice(2), 'hex')
