import { z } from 'zod'
import { text } from '../http/schemas.ts'
import { ListQuery } from '../lists/list.ts'

export const QUERY_MAX = 200
export const TERMS_MAX = 10

const Query = text({ min: 1, max: QUERY_MAX })
  .refine(
    (query) => query.trim().split(/\s+/).length <= TERMS_MAX,
    `must have at most ${TERMS_MAX} terms, separated by spaces`,
  )
  .meta({
    description: `What to look for: at most ${QUERY_MAX} characters and ${TERMS_MAX} terms.`,
    examples: ['rivers -lakes'],
  })

export const SearchQuery = ListQuery.extend({
  q: Query,
  type: z.enum(['posts', 'members', 'tags'], 'must be posts, members or tags').default('posts'),
})

export const TagSchema = z
  .object({
    tag: z.string().meta({ description: 'As it is compared: NFKC, lower case.', examples: ['rivers'] }),
    posts: z.int().meta({ description: 'How many top-level posts have it.' }),
  })
  .meta({ id: 'Tag' })
