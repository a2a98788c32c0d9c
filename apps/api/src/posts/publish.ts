import { isId, newId, type Pool, type Tx, withTransaction } from '@rivulet/db'
import {
  type ActRefusal,
  act,
  faultOfSplits,
  type Rules,
  SPLITS_MAX,
  type Split,
  type SplitsFault,
} from '@rivulet/economy'
import { lockConversation } from './conversation.ts'
import { tellAuthors } from './tell-authors.ts'

export type NewPost = {
  kind: 'note' | 'article'
  text: string
  title: string | null
  replyTo: string | null
  quoteOf: string | null
  tags: string[]
  /** Undefined: all is the author's. */
  splits: Split[] | undefined
  /** Nano to unlock the text; null: open to all. */
  price: bigint | null
}

export type PublishFault =
  | { code: ActRefusal }
  | { code: 'post_not_found'; at: 'replyTo' | 'quoteOf' }
  | { code: SplitsFault['code']; splits: SplitsFault }

export type PublishResult =
  | {
      ok: true
      id: string
      /** What commenting credited to those of the post above; undefined for a post of its own. */
      comment: { credited: bigint; unfunded: boolean } | undefined
    }
  | { ok: false; fault: PublishFault }

/**
 * Publishes a post. A comment counts for, and credits, the authors of the post above it in the same transaction; whatever
 * is refused leaves nothing behind.
 *
 * @param via the share a comment was reached through
 */
export async function publish(
  pool: Pool,
  rules: Rules,
  authorId: string,
  post: NewPost,
  via?: string,
): Promise<PublishResult> {
  const id = newId()
  return withTransaction(pool, async (tx): Promise<PublishResult> => {
    if (post.replyTo !== null) await lockConversation(tx, authorId, post.replyTo)
    const fault = faultOf(authorId, post, await readStanding(tx, authorId, post))
    if (fault) return { ok: false, fault }
    if (!(await insertPost(tx, id, authorId, post)))
      return { ok: false, fault: { code: 'post_not_found', at: 'replyTo' } }
    if (post.replyTo === null) {
      await tx.query('update members set posts_count = posts_count + 1 where id = $1', [authorId])
      await tellAuthors(tx, { id, authorId, ...post })
      return { ok: true, id, comment: undefined }
    }
    const [acted] = await act(tx, rules, [
      { actorId: authorId, postId: post.replyTo, kind: 'comment', on: true, via },
    ])
    if (!acted?.ok) throw new Refused(acted?.code ?? 'post_not_found')
    await tx.query('update posts set comments_count = comments_count + 1 where id = $1', [post.replyTo])
    await tellAuthors(tx, { id, authorId, ...post })
    return { ok: true, id, comment: { credited: acted.credited, unfunded: acted.unfunded } }
  }).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
    const { code } = error
    return { ok: false, fault: code === 'post_not_found' ? { code, at: 'replyTo' } : { code } }
  })
}

/** Rolls back what was written before the refusal was known. */
class Refused extends Error {
  readonly code: ActRefusal

  constructor(code: ActRefusal) {
    super(code)
    this.code = code
  }
}

type Standing = {
  suspended: boolean
  quotable: boolean
  blocked: boolean
  live: string[] | null
  consented: string[] | null
}

/** What it depends on whether the author may publish this. */
async function readStanding(tx: Tx, authorId: string, post: NewPost): Promise<Standing> {
  const { rows } = await tx.query<Standing>(
    `select a.suspended_at is not null as suspended, q.id is not null as quotable,
            exists (select from blocks where blocker_id = a.id and blocked_id = q.author_id
                    union all select from blocks where blocker_id = q.author_id and blocked_id = a.id) as blocked,
            (select array_agg(id) from members where id = any($3::uuid[]) and deleted_at is null) as live,
            (select array_agg(member_id) from split_consents
             where author_id = a.id and member_id = any($3::uuid[])) as consented
     from members a left join posts q on q.id = $2::uuid and q.deleted_at is null
     where a.id = $1`,
    [authorId, post.quoteOf, idsOf(post.splits)],
  )
  return rows[0]!
}

/** As many as can be right, and only what could be an id. */
const idsOf = (splits: Split[] = []) =>
  splits
    .slice(0, SPLITS_MAX)
    .map((split) => split.memberId)
    .filter(isId)

function faultOf(
  authorId: string,
  { quoteOf, splits }: NewPost,
  { suspended, quotable, blocked, live, consented }: Standing,
): PublishFault | undefined {
  if (suspended) return { code: 'suspended' }
  if (quoteOf !== null && !quotable) return { code: 'post_not_found', at: 'quoteOf' }
  if (blocked) return { code: 'blocked' }
  const fault =
    splits && faultOfSplits(splits, { authorId, live: new Set(live), consented: new Set(consented) })
  return fault && { code: fault.code, splits: fault }
}

/** `created_at` is the moment in the id, so that sorting by either gives the same order. */
async function insertPost(tx: Tx, id: string, authorId: string, post: NewPost): Promise<boolean> {
  const { kind, title, text, replyTo, tags, quoteOf, splits, price } = post
  const inserted = await tx.query(
    `insert into posts (id, author_id, kind, title, text, reply_to, tags, quote_of, split_members, split_bps, price,
       created_at)
     select $1, $2, $3::post_kind, $4, $5, $6::uuid, $7::text[], $8::uuid, $9::uuid[], $10::int[], $11::bigint,
       uuid_extract_timestamp($1)
     where $6::uuid is null or exists (select from posts where id = $6::uuid and deleted_at is null)`,
    [
      ...[id, authorId, kind, title, text, replyTo, tags, quoteOf],
      ...[splits?.map((split) => split.memberId) ?? null, splits?.map((split) => split.bps) ?? null, price],
    ],
  )
  return inserted.rowCount === 1
}
