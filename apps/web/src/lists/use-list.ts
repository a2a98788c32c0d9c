import { useSignal, useSignalEffect } from '@preact/signals'
import { type Item, type ListOptions, type ListPath, ok } from '@rivulet/sdk'
import { useEffect } from 'preact/hooks'
import { api } from '../api/client.ts'
import { reachable } from '../api/reach.ts'

type Page<P extends ListPath> = { data: Item<P>[]; nextCursor: string | null }

/** A list as far as it was read. */
export type List<T> = {
  items: T[]
  isLoading: boolean
  /** What the last page was refused with. */
  error: unknown
  hasMore: boolean
  more(): Promise<void>
  /** Reads it again from its first page. */
  refresh(): Promise<void>
  change(change: (items: T[]) => T[]): void
}

/** A list of the API, a page at a time. Read anew when its path or options are others; goes on when the API is back. */
export function useList<P extends ListPath>(path: P, options: ListOptions<P>): List<Item<P>> {
  const state = useSignal<{ items: Item<P>[]; cursor: string | null | undefined; error: unknown }>({
    items: [],
    cursor: undefined,
    error: undefined,
  })
  const isLoading = useSignal(true)
  const key = JSON.stringify([path, options, api.token])

  async function read(
    cursor: string | null | undefined,
    before: Item<P>[],
    signal?: AbortSignal,
  ): Promise<void> {
    isLoading.value = true
    try {
      const page = await pageOf(path, options, cursor ?? undefined, signal)
      state.value = { items: [...before, ...page.data], cursor: page.nextCursor, error: undefined }
    } catch (error) {
      if (signal?.aborted) return
      state.value = { ...state.peek(), error }
    }
    isLoading.value = false
  }

  useEffect(() => {
    const leaving = new AbortController()
    state.value = { items: [], cursor: undefined, error: undefined }
    read(undefined, [], leaving.signal)
    return () => leaving.abort()
  }, [key])

  useSignalEffect(() => {
    const { error, cursor, items } = state.peek()
    if (reachable.value && error instanceof TypeError) read(cursor, items)
  })

  const { items, cursor, error } = state.value
  return {
    items,
    isLoading: isLoading.value,
    error,
    hasMore: cursor !== null && cursor !== undefined,
    more: () => read(state.peek().cursor, state.peek().items),
    refresh: () => read(undefined, []),
    change: (change) => {
      state.value = { ...state.peek(), items: change(state.peek().items) }
    },
  }
}

async function pageOf<P extends ListPath>(
  path: P,
  { path: parts, query }: ListOptions<P>,
  cursor: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Page<P>> {
  const get = api.GET as (path: string, options: object) => Promise<{ data?: Page<P>; response: Response }>
  const params = { path: parts, query: { ...query, ...(cursor === undefined ? {} : { cursor }) } }
  return ok(await get(path, { params, ...(signal ? { signal } : {}) }))
}
