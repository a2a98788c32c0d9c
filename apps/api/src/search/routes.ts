import { z } from 'zod'
import type { RoomDeps } from '../app.ts'
import { keyOf as itemKeyOf } from '../feeds/items.ts'
import { remembering } from '../feeds/remember.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { listOf, page } from '../lists/list.ts'
import { MemberSchema } from '../members/schemas.ts'
import { memberView } from '../members/view.ts'
import { FeedPostSchema } from '../posts/schemas.ts'
import { feedPostView } from '../posts/view.ts'
import { keyOf as memberKeyOf, searchMembers } from './members.ts'
import { searchPosts } from './posts.ts'
import { SearchQuery, TagSchema } from './schemas.ts'
import { searchTags } from './tags.ts'

/** Looking for posts, members and tags, under a limit of its own. */
export async function searchRoutes(app: App, { db, cursors, config, limits }: RoomDeps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }
  const remember = remembering(db.pool)

  app.get(
    '/search',
    operation({
      id: 'search',
      tag: 'search',
      summary: 'Look for posts, members or tags',
      description:
        'Posts: newest first, comments too; words in any order, `"phrases"`, `or`, `-without`. Of an article with a price only ' +
        'the title. Members: by handle and display name, the most alike first. Tags: those that begin with it. A query ' +
        'without a word to look for finds nothing. Blocked pairs do not find each other.',
      session: 'optional',
      query: SearchQuery,
      answers: {
        200: z
          .union([listOf(FeedPostSchema), listOf(MemberSchema), listOf(TagSchema)])
          .describe('A page of what was looked for.'),
      },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      limits.search(request)
      const { q, type } = request.query
      const viewerId = request.viewer?.memberId ?? null
      const list = ['search', type, q, viewerId ?? ''] as const
      if (type === 'tags')
        return page(
          request,
          reply,
          means,
          list,
          (slice) => searchTags(db.lists, q, slice),
          (row) => row.tag,
        )
      if (type === 'members') {
        const fetch = (slice: { after: string | undefined; take: number }) =>
          searchMembers(db.lists, q, { viewerId, ...slice })
        const { data, nextCursor } = await page(request, reply, means, list, fetch, memberKeyOf)
        return { data: data.map(memberView), nextCursor }
      }
      const { data, nextCursor } = await page(
        request,
        reply,
        means,
        list,
        (slice) => searchPosts(db.lists, q, { viewerId, ...slice }),
        itemKeyOf,
      )
      await remember(viewerId, data)
      return { data: data.map(feedPostView), nextCursor }
    },
  )
}
