import { SPLITS_MAX } from '@rivulet/economy'
import { z } from 'zod'
import { SignedIn, SignedSchema } from '../authorship/schemas.ts'
import { Address, AmountIn, AmountOut, Id, Time, text } from '../http/schemas.ts'

export const NOTE_MAX = 10_000
export const ARTICLE_MAX = 50_000
export const TITLE_MAX = 200
export const TAGS_MAX = 10

/** An article of the greatest length, every character escaped (`\ud83d\ude00`), with room for the rest. Bytes. */
export const BODY_LIMIT = 1024 * 1024

const TAG = /^[\p{L}\p{M}\p{N}_-]+$/u

export const Tag = text({ min: 1, max: 50 }).regex(TAG, 'must be letters, digits, _ and -, without a #')

export const Tags = z.array(Tag).max(TAGS_MAX, `must be at most ${TAGS_MAX}`).optional()

const ReplyTo = Id.nullable().optional().meta({ description: 'The post this is a comment on.' })

const QuoteOf = Id.nullable().optional().meta({ description: 'The post this quotes.' })

const Splits = z
  .array(z.strictObject({ memberId: Id, bps: z.int().meta({ examples: [5000] }) }))
  .optional()
  .meta({
    description:
      `Whom everything the post earns is split among: 1 to ${SPLITS_MAX} members, 10000 basis points together. All but ` +
      'you must have agreed. Fixed once it is published; without it all is yours.',
  })

const Price = AmountIn.nullable()
  .optional()
  .meta({ description: 'To unlock the text. Not of a comment.', examples: ['0.25'] })

export const NewPostSchema = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({
        kind: z.literal('note'),
        text: text({ min: 1, max: NOTE_MAX }),
        replyTo: ReplyTo,
        quoteOf: QuoteOf,
        tags: Tags,
        splits: Splits,
        signed: SignedIn.optional(),
      }),
      z.strictObject({
        kind: z.literal('article'),
        title: text({ min: 1, max: TITLE_MAX }).nullable().optional(),
        text: text({ min: 1, max: ARTICLE_MAX }),
        replyTo: ReplyTo,
        quoteOf: QuoteOf,
        tags: Tags,
        splits: Splits,
        price: Price,
        signed: SignedIn.optional(),
      }),
    ],
    'must be "note" or "article"',
  )
  .meta({
    description:
      'A note, or an article, which may have a title and is longer. With `replyTo` it is a comment.',
  })

export const AuthorSchema = z
  .object({ id: Id, handle: z.string().nullable(), displayName: z.string(), address: Address })
  .meta({ id: 'Author' })

const post = {
  id: Id,
  kind: z.enum(['note', 'article']),
  author: AuthorSchema,
  text: z.string().nullable().meta({ description: 'Null when locked, and when deleted.' }),
  title: z.string().nullable(),
  replyTo: Id.nullable(),
  quoteOf: Id.nullable(),
  tags: z.array(z.string()),
  splits: z
    .array(z.object({ memberId: Id, bps: z.int() }))
    .meta({ description: "Whom its credits and tips are split among; empty: all is the author's." }),
  price: AmountOut.nullable().meta({ description: 'To unlock the text; null when it is open to all.' }),
  locked: z
    .boolean()
    .meta({ description: 'It has a price, and you are none of its authors and have not unlocked it.' }),
  createdAt: Time,
  mentions: z
    .array(
      z.object({
        memberId: Id,
        handle: z.string().nullable(),
        address: Address,
        start: z.int(),
        end: z.int(),
      }),
    )
    .meta({
      description:
        'Members named in the text by @handle or @address, in its order, with the handles they have now. `start` is of the @, ' +
        '`end` behind the name, in characters (code points, like all lengths). Empty when locked.',
    }),
  revision: z.int().meta({ description: 'How often it was published: 1, and one more for each revision.' }),
  editedAt: Time.nullable().meta({ description: 'When it was revised last; null: never.' }),
  deleted: z.boolean().meta({
    description:
      'It was deleted, and is only in threads and lists of comments, because somebody commented on it: without text, title and tags, and with an author of the nil id and no name.',
  }),
  counts: z.object({ likes: z.int(), comments: z.int(), reposts: z.int() }),
  earned: AmountOut.meta({ description: 'What its receivers were credited, before clearing fees.' }),
  signed: SignedSchema.nullable().meta({ description: "Its author's signature; null: unsigned." }),
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
      .meta({ description: 'Comments only: somebody could have earned, and funds lacked.' }),
  })
  .meta({ id: 'PublishedPost' })

export const FeedPostSchema = z
  .object({
    ...post,
    via: z.object({ repostId: Id, by: AuthorSchema }).nullable().meta({
      description:
        'The share it is here by: name it with `?via=` when you act on the post. Null when it is here by itself.',
    }),
  })
  .meta({ id: 'FeedPost' })

export const PostParams = z.strictObject({ id: Id })

export const PostsByIdsQuery = z.strictObject({
  ids: z.string().meta({
    description: 'Up to 100 ids, separated by commas.',
    examples: ['01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11,01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a12'],
  }),
})
