import { setTimeout as sleep } from 'node:timers/promises'
import { like } from './act.ts'
import type { Allowance } from './allowance.ts'
import { drawn } from './life.ts'
import { clientOf, type Neighbour } from './neighbour.ts'
import { SPONSOR } from './people.ts'
import type { Seeded } from './seed.ts'

/** Likes of one post by the town, at most; and how long the second and the third take, in multiples of the first. */
const MOST_LIKES = 3
const LATER = 5

/**
 * Likes what a newcomer posts, soon: one of the town always, up to two more now and then. Money comes with it, out of
 * the liker's own budget or pledge. The feed is read by nobody in particular, so that no servings are kept for it.
 *
 * @param since posts from then on, milliseconds since 1970
 * @param withinMs the first like comes between a third of it and all
 * @throws the reason of the signal, when it is given
 */
export async function welcome(
  town: Seeded,
  options: { url: string; since: number; withinMs: number; allowance: Allowance; signal: AbortSignal },
): Promise<never> {
  const { url, withinMs, signal } = options
  const stranger = clientOf(url, signal)
  const people = [...town.neighbours.values()]
  const own = new Set(people.map(({ id }) => id))
  const likers = people.filter(({ name }) => name !== SPONSOR)
  let since = options.since
  let met = new Set<string>()
  for (;;) {
    const newest = await stranger
      .GET('/v1/feeds/latest', { params: { query: { limit: 50 } } })
      .then(({ data }) => data?.data ?? [])
      .catch(() => [])
    signal.throwIfAborted()
    const posts = newest.filter(
      ({ id, author, createdAt, via }) =>
        via === null && !own.has(author.id) && !met.has(id) && Date.parse(createdAt) >= since,
    )
    for (const { id } of posts) {
      met.add(id)
      void likedBy(id, shuffled(likers).slice(0, 1 + Math.floor(Math.random() * MOST_LIKES)), options)
    }
    // What is older than the oldest of the page has been met, or will not be: no need to remember it.
    if (met.size > 1_000) {
      since = Date.now() - 60_000
      met = new Set(newest.map(({ id }) => id))
    }
    await sleep(withinMs / 2, undefined, { signal })
  }
}

async function likedBy(
  postId: string,
  likers: Neighbour[],
  { withinMs, allowance, signal }: { withinMs: number; allowance: Allowance; signal: AbortSignal },
): Promise<void> {
  for (const [i, { client }] of likers.entries()) {
    const patience = (withinMs / 2) * (i === 0 ? 1 : LATER)
    try {
      await sleep(patience * (0.3 + Math.random() * 0.7), undefined, { signal })
      // Who wrote it may have taken it back meanwhile, or have blocked somebody: then it is not liked.
      if (allowance.take()) await like(client, postId)
    } catch {
      if (signal.aborted) return
    }
  }
}

function shuffled<T>(all: readonly T[]): T[] {
  const rest = [...all]
  return rest.map(() => {
    const one = drawn(rest)
    rest.splice(rest.indexOf(one), 1)
    return one
  })
}
