import type { ComponentChildren } from 'preact'
import { Trouble } from '../shell/trouble.tsx'
import type { List } from './use-list.ts'

type Props<T> = {
  of: List<T>
  /** What is said where there is nothing. */
  empty: ComponentChildren
  children: (item: T, place: number) => ComponentChildren
}

/** A list with its end: more of it, nothing in it, or what went wrong. */
export function Listed<T>({ of, empty, children }: Props<T>) {
  const { items, isLoading, error, hasMore, more } = of
  return (
    <>
      {items.map(children)}
      {error !== undefined && <Trouble error={error} again={more} />}
      {isLoading && <p aria-busy="true">Loading…</p>}
      {!isLoading && error === undefined && items.length === 0 && <p class="hint">{empty}</p>}
      {!isLoading && error === undefined && hasMore && (
        <button type="button" class="secondary wide" onClick={more}>
          Show more
        </button>
      )}
    </>
  )
}
