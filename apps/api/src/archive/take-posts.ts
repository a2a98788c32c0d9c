import type { Entry } from '@rivulet/authorship'
import { idAt, isId, type Tx } from '@rivulet/db'
import { keepSignature, lockChain, type Origin } from '../authorship/chain.ts'
import type { SignedPost } from '../authorship/read-signed.ts'
import { insertPostingKey, keyBy } from '../posting-keys/store.ts'

/** A signed post of an archive, with where it was first published and by which id. */
export type Taken = { entry: Entry; origin: Origin }

export type TakePostsResult = { ok: true; taken: number } | { ok: false; detail: string }

const bytesOf = (hex: string) => Buffer.from(hex.slice(2), 'hex')

/**
 * Takes signed posts in that come next in the member's chain here; those that are here already are passed over, so the
 * same archive again changes nothing. Checked before; what is decided here, under the chain's lock, is that both are one
 * chain.
 */
export async function takePosts(tx: Tx, authorId: string, posts: readonly Taken[]): Promise<TakePostsResult> {
  const { length } = await lockChain(tx, authorId)
  const known = posts.filter(({ entry }) => entry.seq < length)
  const { rows } = await tx.query<{ seq: number; hash: Buffer }>(
    'select seq, hash from post_signatures where author_id = $1 and seq = any ($2::int[])',
    [authorId, known.map(({ entry }) => entry.seq)],
  )
  const here = new Map(rows.map(({ seq, hash }) => [seq, hash]))
  const other = known.find(({ entry }) => !here.get(entry.seq)?.equals(bytesOf(entry.hash)))
  if (other) return { ok: false, detail: `signed post ${other.entry.seq} is another one here` }
  let listed = 0
  for (const post of posts.slice(known.length)) {
    const fault = await keyFault(tx, authorId, post.entry)
    if (fault) return { ok: false, detail: fault }
    if (await takePost(tx, authorId, post)) listed++
  }
  await tx.query('update members set posts_count = posts_count + $2 where id = $1', [authorId, listed])
  return { ok: true, taken: posts.length - known.length }
}

/** The key that signed it becomes known here, by the same word and with the same end. */
async function keyFault(tx: Tx, memberId: string, { key, seq }: Entry): Promise<string | undefined> {
  if (!key) return undefined
  const { address, name, lastSeq } = key
  const signature = bytesOf(key.signature)
  const known = await keyBy(tx, memberId, address)
  if (known && !known.signature.equals(signature))
    return `the posting key ${address} is known here by another word`
  if (known?.lastSeq != null && known.lastSeq < seq)
    return `the posting key ${address} was revoked here before ${seq}`
  if (!known)
    await insertPostingKey(tx, { memberId, address, name, notAfter: new Date(key.notAfter), signature })
  if (!known && lastSeq !== null)
    await tx.query(
      'update posting_keys set revoked_at = now(), last_seq = $3 where member_id = $1 and address = $2',
      [...[memberId, address, lastSeq]],
    )
  return undefined
}

/** @returns whether it is a live post of its own, to be counted as one of the author's */
async function takePost(tx: Tx, authorId: string, { entry, origin }: Taken): Promise<boolean> {
  const signedAt = new Date(entry.createdAt)
  const id = idAt(signedAt.getTime())
  const replyTo = await hereOf(tx, authorId, entry.replyTo)
  const quoteOf = await hereOf(tx, authorId, entry.quoteOf)
  const { kind, title, text, tags } = entry.content ?? { kind: 'note', title: null, text: '', tags: [] }
  const live = entry.content !== null
  await tx.query(
    `insert into posts (id, author_id, kind, title, text, reply_to, tags, quote_of, created_at, deleted_at)
     values ($1, $2, $3::post_kind, $4, $5, $6, $7, $8, $9, case when $10 then null else now() end)`,
    [id, authorId, kind, title, text, replyTo, tags, quoteOf, signedAt, live],
  )
  const signed: SignedPost = {
    ...{ seq: entry.seq, prev: bytesOf(entry.prev), hash: bytesOf(entry.hash), signedAt },
    ...{ contentHash: bytesOf(entry.contentHash), signature: bytesOf(entry.signature) },
    key: entry.key?.address ?? null,
  }
  await keepSignature(tx, { ...entry, postId: id, authorId, signed }, origin)
  if (live && replyTo !== null)
    await tx.query('update posts set comments_count = comments_count + 1 where id = $1', [replyTo])
  return live && replyTo === null
}

/**
 * The post here that a signed id names: one of that id, or one that had it where it came from; null when there is none, or
 * its author and the member have blocked each other.
 */
async function hereOf(tx: Tx, memberId: string, id: string | null): Promise<string | null> {
  if (id === null || !isId(id)) return null
  const { rows } = await tx.query<{ id: string }>(
    `select p.id from posts p
     where p.id in (select $1::uuid union select post_id from post_signatures where origin_id = $1::uuid)
       and p.deleted_at is null
       and not exists (select from blocks where blocker_id = any (array[p.author_id, $2::uuid])
                         and blocked_id = any (array[p.author_id, $2::uuid]))
     order by p.id limit 1`,
    [id, memberId],
  )
  return rows[0]?.id ?? null
}
