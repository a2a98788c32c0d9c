import { setTimeout as sleep } from 'node:timers/promises'
import { ok } from '@rivulet/sdk'
import type { Stack } from '../compose.ts'
import { chainOf } from '../outside/chain.ts'
import { allowanceOf } from './allowance.ts'
import { goOn } from './life.ts'
import { clientOf } from './neighbour.ts'
import { PEOPLE } from './people.ts'
import { type Seeded, seed } from './seed.ts'
import { welcome } from './welcome.ts'
import { WRITINGS } from './write.ts'

export type TownOptions = {
  stack: Pick<Stack, 'url' | 'rpcUrl'>
  /** Told when the town is there, or cannot be completed. */
  say(line: string): void
  /** Between two small things that somebody does, on average. Milliseconds, default 30,000. */
  everyMs?: number
  /** Until a newcomer's post is liked. Milliseconds, default 6,000. */
  welcomeWithinMs?: number
  /** What the town does in any hour at most, once it is there. Default 120. */
  actsPerHour?: number
}

export type Town = {
  /** Settles when it is complete; null where it could not be, or was stopped before. */
  seeded: Promise<Seeded | null>
  /** Nothing is asked any more when this settles. */
  stop(): Promise<void>
}

const TRIES = 5
const PAUSE_MS = 3_000

/**
 * Whether a town may live there: in nothing but the embedded stack, where money is test money and keys that everybody
 * knows open nothing.
 */
export const mayHaveTown = (stack: Pick<Stack, 'chain' | 'postgres'>, env: NodeJS.ProcessEnv): boolean =>
  stack.chain !== null && stack.postgres !== null && !env.REDIS_URL

/** Lets the demo town live on a stack that is ready, until it is stopped. Returns at once. */
export function startTown({
  stack,
  say,
  everyMs = 30_000,
  welcomeWithinMs = 6_000,
  actsPerHour = 120,
}: TownOptions): Town {
  const stopping = new AbortController()
  const { signal } = stopping
  const since = Date.now()
  const seeded = seedAtLast(stack, say, signal)
  const living = seeded.then(async (town) => {
    if (!town) return
    say(
      `The demo town is there: ${PEOPLE.length} members and ${WRITINGS.length} posts, all of it made up. ` +
        'Bios say “Demo member.”, posts have the tag demo. `npm start -- --reset --empty` starts without.',
    )
    const allowance = allowanceOf(actsPerHour)
    await Promise.allSettled([
      goOn(town, { everyMs, allowance, signal }),
      welcome(town, { url: stack.url, since, withinMs: welcomeWithinMs, allowance, signal }),
    ])
  })
  return {
    seeded,
    stop() {
      stopping.abort()
      return living
    },
  }
}

/** What went wrong may be over in a moment, and each try goes on where the last one ended. */
async function seedAtLast(
  { url, rpcUrl }: TownOptions['stack'],
  say: TownOptions['say'],
  signal: AbortSignal,
): Promise<Seeded | null> {
  for (let left = TRIES; ; left--) {
    let chain: ReturnType<typeof chainOf> | undefined
    try {
      chain = chainOf(rpcUrl, ok(await clientOf(url, signal).GET('/v1/network')))
      return await seed(url, chain, signal)
    } catch (error) {
      if (signal.aborted) return null
      if (left === 1) {
        say(
          `The demo town is not complete: ${error instanceof Error ? error.message : error}. The next start goes on.`,
        )
        return null
      }
    } finally {
      chain?.close()
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {})
  }
}
