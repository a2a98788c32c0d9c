/**
 * Runs `work` for every item, at most `width` at a time, started in order. The first failure stops the starting of
 * more, and is thrown when those under way have ended.
 */
export async function each<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  let failed = false
  const runner = async () => {
    while (next < items.length && !failed) {
      const index = next++
      try {
        await work(items[index] as T, index)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, runner))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
}
