import { vi } from 'vitest'
import type { Deps } from '../src/deps.ts'

/** How many statements the API asks of its pools, but for the hot one, while `work` is done. */
export async function statementsOf({ db }: Deps, work: () => Promise<void>): Promise<number> {
  const spies = [db.pool, db.lists].map((pool) => vi.spyOn(pool, 'query'))
  try {
    await work()
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
