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
import { keepSignature, placeFault } from '../authorship/chain.ts'
import type { SignedFault, SignedPost } from '../authorship/read-signed.ts'
import { type OnceRequest, once } from '../idempotency/once.ts'
import { keepMentions, mentionsIn } from '../mentions/mention.ts'
import { lockConversation } from './conversation.ts'
import { tellPeople } from './tell-people.ts'

/**
 * How many posts, comments among them, a member publishes within 24 hours at most; also those that were deleted. Those that are
 * published at the very same time do not see each other, so as many more as the process has connections may slip through.
 */
export const POSTS_A_DAY = 2_000

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
  /** The author's signature, already checked to be of this post. */
  signed?: SignedPost | undefined
}

export type PublishFault =
  | { code: ActRefusal | 'too_many_mentions' | 'too_many_posts' | 'idempotency_mismatch' }
  | { code: 'post_not_found'; at: 'replyTo' | 'quoteOf' }
  | { code: SplitsFault['code']; splits: SplitsFault }
  | { code: SignedFault['code']; signed: SignedFault }

export type PublishResult =
  | {
      ok: true
      id: string
      /** What commenting credited to those of the post above; undefined for a post of its own. */
      comment: { credited: bigint; unfunded: boolean } | undefined
      /** It was published before, by the same key. */
      replayed: boolean
    }
  | { ok: false; fault: PublishFault }

/**
 * Publishes a post. A comment counts for, and credits, the authors of the post above it in the same transaction; whatever
 * is refused leaves nothing behind.
 *
 * @param via the share a comment was reached through
 * @param request its key, if it has one: sent again, it answers what was published then. Refusals are judged anew
 */
export async function publish(
  pool: Pool,
  rules: Rules,
  authorId: string,
  post: NewPost,
  { via, request }: { via?: string | undefined; request?: OnceRequest<NewPost> | undefined } = {},
): Promise<PublishResult> {
  return withTransaction(pool, async (tx): Promise<PublishResult> => {
    if (!request) return write(tx, rules, authorId, post, via)
    const [kept] = await once(tx, [request], async () => {
      const result = await write(tx, rules, authorId, post, via)
      if (!result.ok) throw new Refused(result.fault)
      const { id, comment } = result
      return [
        { status: 201, body: { id, comment: comment && { ...comment, credited: String(comment.credited) } } },
      ]
    })
    if (!kept?.ok) return { ok: false, fault: { code: 'idempotency_mismatch' } }
    const { id, comment } = kept.body as Kept
    return {
      ...{ ok: true, id, replayed: kept.replayed },
      comment: comment && { ...comment, credited: BigInt(comment.credited) },
    }
  }).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
    return { ok: false, fault: error.fault }
  })
}

/** What a key remembers of a post. */
type Kept = { id: string; comment?: { credited: string; unfunded: boolean } }

async function write(
  tx: Tx,
  rules: Rules,
  authorId: string,
  post: NewPost,
  via: string | undefined,
): Promise<PublishResult> {
  const id = newId()
  if (post.replyTo !== null) await lockConversation(tx, authorId, post.replyTo)
  const fault = faultOf(authorId, post, await readStanding(tx, authorId, post))
  if (fault) return { ok: false, fault }
  const { signed, replyTo, quoteOf } = post
  const misplaced = signed && (await placeFault(tx, authorId, signed))
  if (misplaced) return { ok: false, fault: { code: misplaced.code, signed: misplaced } }
  const mentioned = await mentionsIn(tx, authorId, post.text)
  if (!mentioned.ok) return { ok: false, fault: { code: mentioned.code } }
  if (!(await insertPost(tx, id, authorId, post)))
    return { ok: false, fault: { code: 'post_not_found', at: 'replyTo' } }
  if (signed) await keepSignature(tx, { postId: id, authorId, signed, replyTo, quoteOf })
  await keepMentions(tx, { postId: id, mentions: mentioned.mentions, anew: false })
  const named = mentioned.mentions.map(({ memberId }) => memberId)
  if (post.replyTo === null) {
    await tx.query('update members set posts_count = posts_count + 1 where id = $1', [authorId])
    await tellPeople(tx, { id, authorId, ...post }, named)
    return { ok: true, id, comment: undefined, replayed: false }
  }
  const [acted] = await act(tx, rules, [
    { actorId: authorId, postId: post.replyTo, kind: 'comment', on: true, via },
  ])
  if (!acted?.ok) throw new Refused(actFault(acted?.code ?? 'post_not_found'))
  await tx.query('update posts set comments_count = comments_count + 1 where id = $1', [post.replyTo])
  await tellPeople(tx, { id, authorId, ...post }, named)
  return { ok: true, id, comment: { credited: acted.credited, unfunded: acted.unfunded }, replayed: false }
}

const actFault = (code: ActRefusal): PublishFault =>
  code === 'post_not_found' ? { code, at: 'replyTo' } : { code }

/** Rolls back what was written before the refusal was known. */
class Refused extends Error {
  readonly fault: PublishFault

  constructor(fault: PublishFault) {
    super(fault.code)
    this.fault = fault
  }
}

type Standing = {
  suspended: boolean
  busy: boolean
  quotable: boolean
  blocked: boolean
  live: string[] | null
  consented: string[] | null
}

/** What it depends on whether the author may publish this. */
async function readStanding(tx: Tx, authorId: string, post: NewPost): Promise<Standing> {
  const { rows } = await tx.query<Standing>(
    `select a.suspended_at is not null or a.deleted_at is not null as suspended,
            (select count(*) from (select from posts where author_id = a.id
               and id > (select uuidv7(interval '-24 hours')) limit $4) today) >= $4 as busy, q.id is not null as quotable,
            exists (select from blocks where blocker_id = a.id and blocked_id = q.author_id
                    union all select from blocks where blocker_id = q.author_id and blocked_id = a.id) as blocked,
            (select array_agg(id) from members where id = any($3::uuid[]) and deleted_at is null) as live,
            (select array_agg(member_id) from split_consents
             where author_id = a.id and member_id = any($3::uuid[])) as consented
     from members a left join posts q on q.id = $2::uuid and q.deleted_at is null
     where a.id = $1
     for key share of a`,
    [authorId, post.quoteOf, idsOf(post.splits), POSTS_A_DAY],
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
  { suspended, busy, quotable, blocked, live, consented }: Standing,
): PublishFault | undefined {
  if (suspended) return { code: 'suspended' }
  if (busy) return { code: 'too_many_posts' }
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
