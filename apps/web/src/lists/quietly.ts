import type { List } from './use-list.ts'

/** A list that is read again by itself: what is known stays as it is meanwhile, and nothing says that it loads. */
export const quietly = <T>(list: List<T>): List<T> => ({
  ...list,
  isLoading: list.isLoading && list.items.length === 0,
})
