import { each } from '../../scripts/outside/each.ts'
import { repost } from '../../scripts/outside/life/acts.ts'
import { fund } from '../../scripts/outside/life/campaigns.ts'
import type { Life } from '../../scripts/outside/life/life.ts'
import { pledge } from '../../scripts/outside/life/payments.ts'
import { block, consent, type Writing, write } from '../../scripts/outside/life/posts.ts'
import {
  AUTHORS,
  BLOCKS,
  CAMPAIGNS,
  type Dice,
  EVERYBODY,
  isBlocked,
  type Post,
  READERS,
  SHARERS,
} from './people.ts'

/** Parts that do not divide evenly, for one to three. */
const SPLITS = [[], [], [6_667, 3_333], [3_334, 3_333, 3_333], [9_999, 1]]

/** What the authors publish, each one thing: notes, articles with a price, and some that earn for several. */
export async function publish(life: Life, dice: Dice, when: string): Promise<Post[]> {
  const plans = AUTHORS.map((author, i) => {
    const parts = dice.pick(SPLITS)
    const others = READERS.filter((one) => dice.happens(20) && !isBlocked(one, author)).slice(
      0,
      Math.max(0, parts.length - 1),
    )
    const authors = parts.length === others.length + 1 ? [author, ...others] : [author]
    const priced = i % 4 === 0
    const post = {
      name: `${author}'s ${when}`,
      author,
      authors,
      price: priced ? 250_000_001n + BigInt(i) : 0n,
    }
    const splits = authors.map((who, place): [string, number] => [who, parts[place] as number])
    const writing: Writing = {
      kind: priced ? 'article' : 'note',
      text: `What ${author} has to say this ${when}.`,
      ...(i % 3 === 0 && { tags: ['travel'] }),
      ...(authors.length > 1 && { splits }),
      ...(priced && { price: post.price }),
    }
    return { post, writing }
  })
  await each(plans, 16, async ({ post, writing }) => {
    for (const other of post.authors.slice(1)) await consent(life, other, post.author)
    await write(life, post.author, post.name, writing)
  })
  return plans.map(({ post }) => post)
}

/** Campaigns are funded, some of the readers set money aside, some block each other. */
export async function settle(life: Life, dice: Dice): Promise<void> {
  for (const { sponsor, name, ...terms } of CAMPAIGNS) await fund(life, sponsor, name, terms)
  const pledging = EVERYBODY.filter((_, i) => i % 3 === 0)
  const amounts = pledging.map(() => BigInt(1 + dice.below(4_000_000)))
  await each(pledging, 16, (who, i) => pledge(life, who, amounts[i] as bigint))
  for (const [who, whom] of BLOCKS) await block(life, who, whom)
}

export type Shares = { post: string; sharer: string }[]

/** The sharers repost, each two things. */
export async function share(life: Life, dice: Dice, posts: Post[]): Promise<Shares> {
  const shares = SHARERS.flatMap((sharer) => {
    const first = dice.below(posts.length)
    return [posts[first], posts[(first + 7) % posts.length]].map((post) => ({
      sharer,
      post: (post as Post).name,
    }))
  })
  await each(SHARERS, 16, async (sharer) => {
    for (const { post } of shares.filter((one) => one.sharer === sharer)) await repost(life, sharer, post)
  })
  return shares
}
