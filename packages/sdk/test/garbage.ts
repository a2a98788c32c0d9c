import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What nothing refers to is gone after it. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 10; round++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
