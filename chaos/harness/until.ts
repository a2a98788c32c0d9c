import { setTimeout as sleep } from 'node:timers/promises'

/** Not so in time; the message says what was waited for, and what was seen last. */
export class NotInTime extends Error {
  override name = 'NotInTime'
}

/** Waits until `look` finds something, and returns it. What it throws meanwhile is what it saw. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { patienceMs = 30_000, everyMs = 40 } = {},
): Promise<T> {
  const deadline = performance.now() + patienceMs
  let seen = 'nothing'
  for (;;) {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      seen = error instanceof Error ? error.message : String(error)
    }
    if (performance.now() > deadline)
      throw new NotInTime(`${what}: not within ${patienceMs} ms; last: ${seen}`)
    await sleep(everyMs)
  }
}

/** What a promise comes to, or undefined when it takes longer. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
