import { z } from 'zod'
import { PostSchema } from '../posts/schemas.ts'
import { ANCESTORS_MAX, BREADTHS, REPLIES_MAX } from './store.ts'

const nextCursor = z.string().nullable().meta({
  description:
    'Where the comments on this post go on, for `GET /v1/posts/{id}/thread?cursor=` of this post; null: these are all.',
})

/** A comment with what is on it, as deep as a thread goes: the levels are written out, so that the document has an end. */
const leaf = PostSchema.extend({
  replies: z.array(z.never()).meta({ description: 'Always empty: a thread goes no deeper.' }),
  nextCursor,
}).meta({ id: 'ThreadLeaf' })

const middle = PostSchema.extend({ replies: z.array(leaf), nextCursor }).meta({ id: 'ThreadBranch' })

const top = PostSchema.extend({ replies: z.array(middle), nextCursor }).meta({ id: 'ThreadReply' })

export const ThreadSchema = z
  .object({
    ancestors: z.array(PostSchema).meta({
      description: `What the post is a comment on, and so on up: the root first, or, of more than ${ANCESTORS_MAX}, the ${ANCESTORS_MAX} next to the post.`,
    }),
    moreAncestors: z
      .boolean()
      .meta({ description: 'There is more above the first of them: ask for the thread of that one.' }),
    post: PostSchema,
    replies: z.array(top).meta({
      description:
        `Comments on the post, oldest first: \`limit\` of them, ${BREADTHS[0]} on each of these, and ${BREADTHS[1]} on each of ` +
        `those; in all ${REPLIES_MAX} at most, the upper levels first.`,
    }),
    nextCursor,
  })
  .meta({ id: 'Thread' })
