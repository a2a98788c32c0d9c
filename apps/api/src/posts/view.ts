import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import { etagOf } from '../http/conditional.ts'
import type { FeedPostSchema, PostSchema } from './schemas.ts'
import { FIRST, type PostRow, type SignatureRow } from './store.ts'

/** A post as its reader sees it. */
export function postView(row: PostRow): z.infer<typeof PostSchema> {
  if (row.deleted) return tombstoneOf(row)
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
    mentions: row.mentions,
    revision: row.revision,
    editedAt: row.edited_at?.toISOString() ?? null,
    deleted: false,
    counts: { likes: row.likes_count, comments: row.comments_count, reposts: row.reposts_count },
    earned: formatAmount(row.earned),
    signed: row.signed && signedView(row.signed),
    viewer: row.liked === null ? null : { liked: row.liked, reposted: row.reposted! },
  }
}

/** Whoever wrote what was deleted. An author all the same, so that clients need not ask whether there is one. */
const NOBODY = { id: FIRST, handle: null, displayName: '', address: `0x${'0'.repeat(40)}` }

/** What is left of a deleted post: its place, when it was written, and how many comments stand on it. */
function tombstoneOf({ id, kind, reply_to, quote_of, created_at, comments_count, liked }: PostRow) {
  return {
    ...{ id, kind, author: NOBODY, text: null, title: null, replyTo: reply_to, quoteOf: quote_of },
    ...{
      tags: [],
      splits: [],
      price: null,
      locked: false,
      createdAt: created_at.toISOString(),
      deleted: true,
    },
    ...{ mentions: [], revision: 1, editedAt: null, signed: null },
    counts: { likes: 0, comments: comments_count, reposts: 0 },
    earned: '0',
    viewer: liked === null ? null : { liked: false, reposted: false },
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

/** The entity tag of a post: of what its author can change, and whether its reader sees the text. Counts move without it. */
export function postTag({ id, revision, locked }: Pick<PostRow, 'id' | 'revision' | 'locked'>): string {
  return etagOf([id, String(revision), String(locked)])
}
