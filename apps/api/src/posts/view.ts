import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import type { FeedPostSchema, PostSchema } from './schemas.ts'
import type { PostRow, SignatureRow } from './store.ts'

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
    quoteOf: row.quote_of,
    tags: row.tags,
    splits: (row.split_members ?? []).map((memberId, i) => ({ memberId, bps: row.split_bps![i]! })),
    price: row.price === null ? null : formatAmount(row.price),
    locked: row.locked,
    createdAt: row.created_at.toISOString(),
    counts: { likes: row.likes_count, comments: row.comments_count, reposts: row.reposts_count },
    earned: formatAmount(row.earned),
    signed: row.signed && signedView(row.signed),
    viewer: row.liked === null ? null : { liked: row.liked, reposted: row.reposted! },
  }
}

function signedView({ seq, prev, hash, signature, key, at }: SignatureRow) {
  const [prevHex, hashHex, signatureHex] = [prev, hash, signature].map((hex) => `0x${hex}`)
  return {
    ...{ seq, prev: prevHex!, hash: hashHex!, createdAt: new Date(at).toISOString() },
    ...{ signature: signatureHex!, key },
  }
}

/** A post as an item of a feed. */
export function feedPostView(row: PostRow): z.infer<typeof FeedPostSchema> {
  return { ...postView(row), via: shareOf(row) }
}

function shareOf(row: PostRow): z.infer<typeof FeedPostSchema>['via'] {
  if (row.repost_id === null) return null
  return {
    repostId: row.repost_id,
    by: {
      id: row.sharer_id!,
      handle: row.sharer_handle,
      displayName: row.sharer_display_name!,
      address: row.sharer_address!,
    },
  }
}
