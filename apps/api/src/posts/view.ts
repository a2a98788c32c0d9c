import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import type { FeedPostSchema, PostSchema } from './schemas.ts'
import type { PostRow } from './store.ts'

/** A post as its reader sees it. */
export function postView(row: PostRow): z.infer<typeof PostSchema> {
  return {
    id: row.id,
    kind: row.kind,
    author: {
      id: row.author_id,
      handle: row.handle,
      displayName: row.display_name,
      address: row.address,
    },
    text: row.text,
    title: row.title,
    replyTo: row.reply_to,
    quoteOf: null,
    tags: row.tags,
    splits: [],
    price: null,
    locked: false,
    createdAt: row.created_at.toISOString(),
    counts: { likes: row.likes_count, comments: row.comments_count, reposts: row.reposts_count },
    earned: formatAmount(row.earned),
    viewer: row.liked === null ? null : { liked: row.liked, reposted: false },
  }
}

/** A post as an item of a feed. */
export function feedPostView(row: PostRow): z.infer<typeof FeedPostSchema> {
  return { ...postView(row), via: null }
}
