import { newId, type Pool, type Tx, withTransaction } from '@rivulet/db'
import { type ActRefusal, act, type Rules } from '@rivulet/economy'
import { lockConversation } from './conversation.ts'

export type NewPost = {
  kind: 'note' | 'article'
  text: string
  title: string | null
  replyTo: string | null
  tags: string[]
}

export type PublishResult =
  | {
      ok: true
      id: string
      /** What commenting credited to the author of the post above; undefined for a post of its own. */
      comment: { credited: bigint; unfunded: boolean } | undefined
    }
  | { ok: false; code: ActRefusal }

/** Publishes a post. A comment counts for, and credits, the author of the post above it in the same transaction. */
export async function publish(
  pool: Pool,
  rules: Rules,
  authorId: string,
  post: NewPost,
): Promise<PublishResult> {
  const id = newId()
  return withTransaction(pool, async (tx): Promise<PublishResult> => {
    if (post.replyTo === null) {
      await insertPost(tx, id, authorId, post)
      await tx.query('update members set posts_count = posts_count + 1 where id = $1', [authorId])
      return { ok: true, id, comment: undefined }
    }
    await lockConversation(tx, authorId, post.replyTo)
    if (!(await insertPost(tx, id, authorId, post))) return { ok: false, code: 'post_not_found' }
    const [acted] = await act(tx, rules, [
      { actorId: authorId, postId: post.replyTo, kind: 'comment', on: true },
    ])
    // Refused, or deleted between the insert and the act: leave nothing behind.
    if (!acted?.ok) throw new Refused(acted?.code ?? 'post_not_found')
    await tx.query('update posts set comments_count = comments_count + 1 where id = $1', [post.replyTo])
    return { ok: true, id, comment: { credited: acted.credited, unfunded: acted.unfunded } }
  }).catch((error: unknown) => {
    if (error instanceof Refused) return { ok: false, code: error.code }
    throw error
  })
}

class Refused extends Error {
  readonly code: ActRefusal

  constructor(code: ActRefusal) {
    super(code)
    this.code = code
  }
}

/** `created_at` is the moment in the id, so that sorting by either gives the same order. */
async function insertPost(tx: Tx, id: string, authorId: string, post: NewPost): Promise<boolean> {
  const inserted = await tx.query(
    `insert into posts (id, author_id, kind, title, text, reply_to, tags, created_at)
     select $1, $2, $3::post_kind, $4, $5, $6::uuid, $7::text[], uuid_extract_timestamp($1)
     where $6::uuid is null or exists (select from posts where id = $6::uuid and deleted_at is null)`,
    [id, authorId, post.kind, post.title, post.text, post.replyTo, post.tags],
  )
  return inserted.rowCount === 1
}
