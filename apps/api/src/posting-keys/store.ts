import { newId, type Pool, type Tx, withTransaction } from '@rivulet/db'
import { lockChain } from '../authorship/chain.ts'

/** Most posting keys of a member that are neither revoked nor over. */
export const MOST_POSTING_KEYS = 10

/** Furthest that a key may be good for when it is added. */
export const MOST_DAYS = 366

export type PostingKeyRow = {
  id: string
  address: string
  name: string
  notAfter: Date
  /** The wallet's. */
  signature: Buffer
  createdAt: Date
  revokedAt: Date | null
  lastSeq: number | null
}

const COLUMNS = `id, address, name, not_after as "notAfter", signature, created_at as "createdAt",
  revoked_at as "revokedAt", last_seq as "lastSeq"`

export type NewPostingKey = {
  memberId: string
  address: string
  name: string
  notAfter: Date
  signature: Buffer
}

export type AddPostingKeyResult =
  | { ok: true; key: PostingKeyRow }
  | { ok: false; code: 'already_over' | 'too_far' | 'too_many_posting_keys' | 'posting_key_exists' }

/**
 * Adds a key that the member's wallet has signed for. The same word again is answered with the key there is, so that an
 * answer that was lost costs nothing; another word for the same address is `posting_key_exists`: what is known of a key
 * is for ever, because posts are checked by it.
 */
export function addPostingKey(pool: Pool, wish: NewPostingKey): Promise<AddPostingKeyResult> {
  return withTransaction(pool, async (tx): Promise<AddPostingKeyResult> => {
    // Two at once are counted one after the other.
    await lockChain(tx, wish.memberId)
    const known = await keyBy(tx, wish.memberId, wish.address)
    if (known)
      return isSame(known, wish) ? { ok: true, key: known } : { ok: false, code: 'posting_key_exists' }
    const { rows } = await tx.query<{ live: number; over: boolean; far: boolean }>(
      `select count(*)::int as live, $2::timestamptz <= now() as over,
              $2::timestamptz > now() + make_interval(days => $3) as far
       from posting_keys where member_id = $1 and revoked_at is null and not_after > now()`,
      [wish.memberId, wish.notAfter, MOST_DAYS],
    )
    if (rows[0]!.over) return { ok: false, code: 'already_over' }
    if (rows[0]!.far) return { ok: false, code: 'too_far' }
    if (rows[0]!.live >= MOST_POSTING_KEYS) return { ok: false, code: 'too_many_posting_keys' }
    return { ok: true, key: await insertPostingKey(tx, wish) }
  })
}

export async function insertPostingKey(tx: Tx, wish: NewPostingKey): Promise<PostingKeyRow> {
  const { memberId, address, name, notAfter, signature } = wish
  const made = await tx.query<PostingKeyRow>(
    `insert into posting_keys (id, member_id, address, name, not_after, signature)
     values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
    [newId(), memberId, address, name, notAfter, signature],
  )
  return made.rows[0]!
}

export async function keyBy(tx: Tx, memberId: string, address: string): Promise<PostingKeyRow | undefined> {
  const found = await tx.query<PostingKeyRow>(
    `select ${COLUMNS} from posting_keys where member_id = $1 and address = $2`,
    [memberId, address],
  )
  return found.rows[0]
}

function isSame(known: PostingKeyRow, wish: NewPostingKey): boolean {
  return (
    known.revokedAt === null &&
    known.name === wish.name &&
    known.notAfter.getTime() === wish.notAfter.getTime() &&
    known.signature.equals(wish.signature)
  )
}

/** A member's posting keys, newest first, also those that have ended. */
export async function postingKeysOf(
  pool: Pool,
  memberId: string,
  { before, take }: { before: string | undefined; take: number },
): Promise<PostingKeyRow[]> {
  const { rows } = await pool.query<PostingKeyRow>({
    name: 'posting-keys-of',
    text: `select ${COLUMNS} from posting_keys where member_id = $1 and id < $2 order by id desc limit $3`,
    values: [memberId, before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff', take],
  })
  return rows
}

/**
 * Ends a key. What it signed up to now stays signed: the chain's last seq is written down, under the chain's lock, so a
 * post that is on its way comes wholly before or is refused. Again changes nothing.
 */
export function revokePostingKey(
  pool: Pool,
  { memberId, id }: { memberId: string; id: string },
): Promise<{ ok: true } | { ok: false; code: 'posting_key_not_found' }> {
  return withTransaction(pool, async (tx) => {
    const { length } = await lockChain(tx, memberId)
    const { rowCount } = await tx.query(
      `update posting_keys set revoked_at = coalesce(revoked_at, now()), last_seq = coalesce(last_seq, $3)
       where id = $1 and member_id = $2`,
      [id, memberId, length - 1],
    )
    return rowCount === 1 ? { ok: true } : { ok: false, code: 'posting_key_not_found' }
  })
}
