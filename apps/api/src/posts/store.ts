import type { Pool } from '@rivulet/db'
import { staysInThread } from '../threads/store.ts'

/** A member in a text, and where. */
export type MentionRow = {
  memberId: string
  handle: string | null
  address: string
  start: number
  end: number
}

export type SignatureRow = {
  seq: number
  prev: string
  hash: string
  signature: string
  key: string | null
  at: number
}

export type PostRow = {
  id: string
  kind: 'note' | 'article'
  title: string | null
  /** Null when locked. */
  text: string | null
  reply_to: string | null
  quote_of: string | null
  tags: string[]
  split_members: string[] | null
  split_bps: number[] | null
  price: bigint | null
  /** It has a price, and the viewer is neither its author, nor a co-author, nor did they unlock it. */
  locked: boolean
  likes_count: number
  comments_count: number
  reposts_count: number
  earned: bigint
  created_at: Date
  /** Its author deleted it: it is only a place for the comments on it. */
  deleted: boolean
  /** In the order of the text; none where it is locked. */
  mentions: MentionRow[]
  revision: number
  edited_at: Date | null
  author_id: string
  handle: string | null
  display_name: string
  address: string
  /** The author's signature; null: unsigned. */
  signed: SignatureRow | null
  /** Null without a viewer. */
  liked: boolean | null
  reposted: boolean | null
  /** The repost by which it is in a feed, and who made it; null when it is there by itself. */
  repost_id: string | null
  sharer_id: string | null
  sharer_handle: string | null
  sharer_display_name: string | null
  sharer_address: string | null
}

/** What is listed: a query for ids, how it is called, and in which order the list is. */
export type Chosen = { name: string; ids: string; order: 'asc' | 'desc' }

/** Whether the text of a post, p, is locked for the viewer, $1. */
export const LOCKED = `p.price is not null and case when $1::uuid is null then true else
  p.author_id <> $1 and not $1 = any(coalesce(p.split_members, '{}'))
  and not exists (select from unlocks u where u.post_id = p.id and u.payer_id = $1) end`

/**
 * Reads posts, their authors, who shared them and what the viewer did with them, in one statement.
 *
 * `ids` is a query for `id`s of posts (live ones, but in threads and lists of comments), each with the `repost` it is listed by and its `sharer`, or null; its
 * parameters are $2 and on, $1 is the viewer. The ids are chosen first and everything else is looked up for them alone,
 * so a page costs the same however many posts there are.
 */
export async function postsOf(
  pool: Pool,
  { name, ids, order }: Chosen,
  viewerId: string | null,
  values: unknown[],
): Promise<PostRow[]> {
  const found = await pool.query<PostRow>({
    name,
    text: `select p.id, p.kind, p.title, case when not held.locked then p.text end as text, p.reply_to, p.quote_of, p.tags,
                  p.split_members, p.split_bps, p.price, held.locked, p.likes_count, p.comments_count, p.reposts_count,
                  p.earned, p.created_at, p.deleted_at is not null as deleted, p.revision, p.edited_at, mentioned.mentions, signature.signed,
                  a.id as author_id, a.handle, a.display_name, a.address,
                  case when $1::uuid is not null then coalesce(did.liked, false) end as liked,
                  case when $1::uuid is not null then coalesce(did.reposted, false) end as reposted,
                  chosen.repost as repost_id, s.id as sharer_id, s.handle as sharer_handle,
                  s.display_name as sharer_display_name, s.address as sharer_address
           from (${ids}) chosen
           join posts p on p.id = chosen.id
           join members a on a.id = p.author_id
           left join members s on s.id = chosen.sharer
           cross join lateral (
             select ${LOCKED} as locked
           ) held
           cross join lateral (
             select bool_or(i.kind = 'like') as liked, bool_or(i.kind = 'repost') as reposted
             from interactions i where i.actor_id = $1 and i.post_id = p.id and i.active
           ) did
           cross join lateral (
             select coalesce(json_agg(json_build_object('memberId', m.id, 'handle', m.handle, 'address', m.address,
               'start', place.start, 'end', place.end) order by place.start), '[]') as mentions
             from post_mentions pm join members m on m.id = pm.member_id
             cross join lateral unnest(pm.starts, pm.ends) as place (start, "end")
             where pm.post_id = p.id and not held.locked
           ) mentioned
           left join lateral (
             select json_build_object('seq', seq, 'prev', encode(prev, 'hex'), 'hash', encode(hash, 'hex'),
               'signature', encode(signature, 'hex'), 'key', key,
               'at', (extract(epoch from signed_at) * 1000)::bigint) as signed
             from post_signatures where post_id = p.id
           ) signature on true
           order by coalesce(chosen.repost, p.id) ${order}`,
    values: [viewerId, ...values],
  })
  return found.rows
}

export const FIRST = '00000000-0000-0000-0000-000000000000'
export const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A page of a list; `after` is the id of the last item of the page before. */
export type PageOf = { viewerId: string | null; after: string | undefined; take: number }

const BY_ITSELF = 'id, null::uuid as repost, null::uuid as sharer'

/** A post that has not been deleted. */
export async function postById(
  pool: Pool,
  id: string,
  viewerId: string | null,
): Promise<PostRow | undefined> {
  const ids = `select ${BY_ITSELF} from posts where id = $2 and deleted_at is null`
  return (await postsOf(pool, { name: 'post-by-id', ids, order: 'asc' }, viewerId, [id]))[0]
}

export async function postExists(pool: Pool, id: string): Promise<boolean> {
  const found = await pool.query({
    name: 'post-exists',
    text: 'select 1 from posts where id = $1 and deleted_at is null',
    values: [id],
  })
  return found.rowCount === 1
}

/** The comments on a post, oldest first; also deleted ones on which somebody commented, so that these keep their place. */
export function commentsOn(
  pool: Pool,
  postId: string,
  { viewerId, after, take }: PageOf,
): Promise<PostRow[]> {
  const ids = `select ${BY_ITSELF} from posts p
               where reply_to = $2 and id > $3 and ${staysInThread('p')} order by id limit $4`
  return postsOf(pool, { name: 'comments-on', ids, order: 'asc' }, viewerId, [postId, after ?? FIRST, take])
}
