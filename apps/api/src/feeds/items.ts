import type { Serving } from '@rivulet/economy'
import type { PostRow } from '../posts/store.ts'

/** Where an item stands in its feed: by the id of the repost, or of the post when it is there by itself. */
export const keyOf = (item: Pick<PostRow, 'id' | 'repost_id'>): string => item.repost_id ?? item.id

/** What is remembered of a page: its posts, and the reposts and quotes among them, which a `via` may name from now on. */
export function servingOf(
  memberId: string,
  items: readonly Pick<PostRow, 'id' | 'repost_id' | 'quote_of'>[],
): Serving {
  return {
    memberId,
    postIds: [...new Set(items.map((item) => item.id))],
    viaIds: items.flatMap(({ id, repost_id: repost, quote_of: quoted }) => [
      ...(repost === null ? [] : [repost]),
      ...(quoted === null ? [] : [id]),
    ]),
  }
}
