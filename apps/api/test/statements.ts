import { vi } from 'vitest'
import type { Deps } from '../src/deps.ts'

/** How many statements the API asks of its pool while `work` is done. */
export async function statementsOf({ db }: Deps, work: () => Promise<void>): Promise<number> {
  const query = vi.spyOn(db.pool, 'query')
  try {
    await work()
    return query.mock.calls.length
  } finally {
    query.mockRestore()
  }
}
