import type { Chain } from '../outside/chain.ts'
import { each } from '../outside/each.ts'
import { followAll, likeAll, payAll, readAll, shareAll } from './act.ts'
import { fundOnce, lookAround, viewsPaid } from './look.ts'
import { depositOnce, pledgeOnce } from './money.ts'
import { type Neighbours, named, signInAll } from './neighbour.ts'
import { SPONSOR } from './people.ts'
import { type Posts, sayAll, writeAll } from './write.ts'

/** The town as it stands: who lives there, and what they wrote. */
export type Seeded = { neighbours: Neighbours; posts: Posts }

/** Paid views of each of the nine before they like anything. */
const VIEWS = 3

/** Own money that each sets aside for likes, a decimal of the asset: four thousand likes. */
const PLEDGE = '2'

/**
 * Lives the town from its first sign-in to its last like, through the API as any client would. Each step looks what is
 * there, or has a name under which a second asking does nothing: killed in the middle, it is completed by the next run,
 * and one over a town that is complete changes nothing.
 */
export async function seed(url: string, chain: Chain, signal: AbortSignal): Promise<Seeded> {
  const neighbours = await signInAll(url, signal)
  const everybody = [...neighbours.values()]
  // A deposit waits for blocks, and writing costs nothing.
  const depositing = each(everybody, everybody.length, (one) => depositOnce(chain, one))
  const [posts] = await bothEnded(writeAll(neighbours), depositing)
  const others = everybody.filter(({ name }) => name !== SPONSOR)
  const sponsor = named(neighbours, SPONSOR)
  const campaign = await fundOnce(sponsor)
  const reading = readAll(neighbours, posts, signal)
  // It is waited for below; until then its failure is nobody's.
  reading.catch(() => {})
  for (const one of others) await pledgeOnce(one, PLEDGE)
  if (campaign && (await viewsPaid(sponsor, campaign)) < VIEWS * others.length)
    await each(others, others.length, async (one) => void (await lookAround(one, VIEWS)))
  await followAll(neighbours)
  await shareAll(neighbours, posts)
  await likeAll(neighbours, posts)
  await sayAll(neighbours, posts)
  await payAll(neighbours, posts)
  await reading
  return { neighbours, posts }
}

/** Neither goes on behind the back of whoever tries again. @throws what the first that failed threw */
async function bothEnded<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}
