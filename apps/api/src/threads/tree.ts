import type { ReplyId } from './store.ts'

/** What is shown of the comments on one post: their ids, oldest first, and whether there are more behind them. */
export type Shown = { ids: string[]; more: boolean }

/**
 * Decides what is shown of what was found: on each post as many as `breadthOf` its level, and `max` in all, the upper
 * levels before the lower ones and the first before the next. Pure.
 *
 * @param found level by level, each post's comments from `n` 1 on; what is beyond the breadth only tells that there is more
 * @returns by the post they are on; a post that is not in it has no comments
 */
export function shownOf(
  found: readonly ReplyId[],
  breadthOf: (level: number) => number,
  max: number,
): Map<string, Shown> {
  const shown = new Map<string, Shown>()
  let left = max
  for (const { id, parent, level, n } of found) {
    const on = shown.get(parent) ?? { ids: [], more: false }
    shown.set(parent, on)
    if (on.more || n > breadthOf(level) || left === 0) {
      on.more = true
      continue
    }
    on.ids.push(id)
    left--
  }
  return shown
}
