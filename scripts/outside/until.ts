import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until the answer is there.
 * @param what for the message, e.g. `the deposits are booked`
 * @throws when it is not there after `seconds`
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  { seconds = 60, everyMs = 100 } = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain until ${what}`)
    await sleep(everyMs)
  }
}
