import { setTimeout as sleep } from 'node:timers/promises'
import { ok } from '@rivulet/sdk'
import { like } from './act.ts'
import type { Allowance } from './allowance.ts'
import { lookAround } from './look.ts'
import type { Neighbour } from './neighbour.ts'
import { SPONSOR } from './people.ts'
import type { Seeded } from './seed.ts'
import { REMARKS } from './words/sayings.ts'
import { say } from './write.ts'

/**
 * Every now and then one of the town does one small thing: likes a post, looks at the campaign, says something. Each of
 * the remarks is made once, so in time there are likes and views only, as far as the hour's allowance goes.
 *
 * @param everyMs from one to the next, on average: drawn between two thirds and four thirds of it
 * @throws the reason of the signal, when it is given
 */
export async function goOn(
  town: Seeded,
  { everyMs, allowance, signal }: { everyMs: number; allowance: Allowance; signal: AbortSignal },
): Promise<never> {
  const people = [...town.neighbours.values()].filter(({ name }) => name !== SPONSOR)
  const remarks = [...REMARKS]
  for (;;) {
    await sleep(everyMs * (2 / 3 + (Math.random() * 2) / 3), undefined, { signal })
    if (!allowance.take()) continue
    const somebody = drawn(people)
    const dice = Math.random()
    // What fails now (the API is being started again, say) is left out: the next is soon.
    const doing =
      dice < 0.2 && remarks.length > 0
        ? remark(town, remarks)
        : dice < 0.5
          ? lookAround(somebody, 1)
          : likeSomething(somebody)
    await doing.catch(() => signal.throwIfAborted())
  }
}

export const drawn = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T

/** The next remark that has not been made; those before it are in the town already. */
async function remark({ neighbours, posts }: Seeded, remarks: typeof REMARKS): Promise<void> {
  for (let next = remarks[0]; next; next = remarks[0]) {
    const isNew = await say(neighbours, posts, next)
    remarks.shift()
    if (isNew) return
  }
}

/** One of the newest hundred posts that somebody else wrote and that they do not like yet. */
async function likeSomething({ id, client }: Neighbour): Promise<void> {
  const { data } = ok(await client.GET('/v1/feeds/latest', { params: { query: { limit: 100 } } }))
  const unliked = data.filter(({ author, viewer }) => author.id !== id && !viewer?.liked)
  if (unliked.length > 0) await like(client, drawn(unliked).id)
}
