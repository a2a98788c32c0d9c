import { z } from 'zod'
import { Address, AmountOut, Id, Time, text } from '../http/schemas.ts'

export const NOTE_MAX = 10_000
export const ARTICLE_MAX = 50_000
export const TITLE_MAX = 200
export const TAGS_MAX = 10

const TAG = /^[\p{L}\p{M}\p{N}_-]+$/u

export const Tags = z
  .array(text({ min: 1, max: 50 }).regex(TAG, 'must be letters, digits, _ and -, without a #'))
  .max(TAGS_MAX, `must be at most ${TAGS_MAX}`)
  .optional()

const ReplyTo = Id.nullable().optional().meta({ description: 'The post this is a comment on.' })

export const NewPostSchema = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({
        kind: z.literal('note'),
        text: text({ min: 1, max: NOTE_MAX }),
        replyTo: ReplyTo,
        tags: Tags,
      }),
      z.strictObject({
        kind: z.literal('article'),
        title: text({ min: 1, max: TITLE_MAX }).nullable().optional(),
        text: text({ min: 1, max: ARTICLE_MAX }),
        replyTo: ReplyTo,
        tags: Tags,
      }),
    ],
    'must be "note" or "article"',
  )
  .meta({
    description:
      'A note, or an article, which may have a title and is longer. With `replyTo` it is a comment.',
  })

const AuthorSchema = z
  .object({ id: Id, handle: z.string().nullable(), displayName: z.string(), address: Address })
  .meta({ id: 'Author' })

const post = {
  id: Id,
  kind: z.enum(['note', 'article']),
  author: AuthorSchema,
  text: z.string().nullable().meta({ description: 'Null when locked.' }),
  title: z.string().nullable(),
  replyTo: Id.nullable(),
  quoteOf: Id.nullable(),
  tags: z.array(z.string()),
  splits: z.array(z.object({ memberId: Id, bps: z.int() })),
  price: AmountOut.nullable(),
  locked: z.boolean(),
  createdAt: Time,
  counts: z.object({ likes: z.int(), comments: z.int(), reposts: z.int() }),
  earned: AmountOut.meta({ description: 'What its receivers were credited, before clearing fees.' }),
  viewer: z
    .object({ liked: z.boolean(), reposted: z.boolean() })
    .nullable()
    .meta({ description: 'What you did with it; null without a session.' }),
}

export const PostSchema = z.object(post).meta({ id: 'Post' })

export const PublishedSchema = z
  .object({
    ...post,
    credited: AmountOut.optional().meta({ description: 'Comments only: the instant credit, as it stands.' }),
    unfunded: z
      .boolean()
      .optional()
      .meta({ description: 'Comments only: the author could have earned, and funds lacked.' }),
  })
  .meta({ id: 'PublishedPost' })

export const FeedPostSchema = z
  .object({
    ...post,
    via: z
      .object({ repostId: Id, by: AuthorSchema })
      .nullable()
      .meta({ description: 'The share it is here by; null when it is here by itself.' }),
  })
  .meta({ id: 'FeedPost' })

export const PostParams = z.strictObject({ id: Id })
