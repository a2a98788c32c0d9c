import { gathered, type Pool } from '@rivulet/db'
import { recordServings, type Serving } from '@rivulet/economy'
import type { PostRow } from '../posts/store.ts'
import { servingOf } from './items.ts'

/** Remembers what members are about to be handed, pages of many in one statement; of strangers nothing. */
export function remembering(pool: Pool) {
  const record = gathered<Serving, void>(async (servings) => {
    await recordServings(pool, servings)
    return []
  })
  return async (viewerId: string | null, items: readonly PostRow[]): Promise<void> => {
    if (viewerId !== null && items.length > 0) await record(servingOf(viewerId, items))
  }
}
