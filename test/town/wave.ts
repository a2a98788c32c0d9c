import { each } from '../../scripts/outside/each.ts'
import { comment, like, read, repost, unlike, unrepost, visit } from '../../scripts/outside/life/acts.ts'
import { look } from '../../scripts/outside/life/campaigns.ts'
import { type Life, person } from '../../scripts/outside/life/life.ts'
import { subscribe, tip, tipMember, unlock } from '../../scripts/outside/life/payments.ts'
import type { Shares } from './morning.ts'
import { AUTHORS, type Dice, EVERYBODY, isBlocked, type Post } from './people.ts'

const VIEWS = 2

type Step = () => Promise<unknown>

/**
 * What everybody does in half a day: each of them one thing after another, all of them at once. What it is to be is
 * decided before it begins.
 */
export async function wave(
  life: Life,
  dice: Dice,
  when: string,
  posts: Post[],
  shares: Shares,
): Promise<void> {
  const days = EVERYBODY.map((who) => stepsOf(life, dice, { who, when, posts, shares }))
  await each(days, EVERYBODY.length, async (steps) => {
    for (const step of steps) await step()
  })
}

type Circumstances = { who: string; when: string; posts: Post[]; shares: Shares }

function stepsOf(life: Life, dice: Dice, { who, when, posts, shares }: Circumstances): Step[] {
  const open = posts.filter(({ author }) => !isBlocked(who, author))
  const others = open.filter(({ authors }) => !authors.includes(who))
  const feed = () => person(life, who).call('GET', '/v1/feeds/latest?limit=100')
  // Of this half of the day, so that nobody sees one campaign beside one post twice.
  const fresh = open.filter(({ name }) => name.endsWith(when))
  const beside = dice.below(fresh.length)
  const steps: Step[] = [feed]
  for (let i = 0; i < VIEWS; i++) {
    const { name } = fresh[(beside + i) % fresh.length] as Post
    steps.push(() => look(life, who, name))
  }
  const acts = 3 + dice.below(4)
  for (let i = 0; i < acts; i++) steps.push(...actOn(life, dice, dice.pick(open), { who, when, i, shares }))
  if (dice.happens(30)) {
    const { name } = dice.pick(others)
    const amount = BigInt(1_000_000 + dice.below(300_000_000))
    const anonymous = dice.happens(50)
    steps.push(() => tip(life, who, name, { amount, message: 'Well said.', anonymous }))
  }
  if (dice.happens(15)) {
    const whom = dice.pick(AUTHORS.filter((one) => one !== who && !isBlocked(who, one)))
    steps.push(() => tipMember(life, who, whom, 10_000_003n))
  }
  const priced = others.filter(({ price, name }) => price > 0n && name.endsWith(when))
  if (dice.happens(25)) {
    const { name } = dice.pick(priced)
    steps.push(() => unlock(life, who, name))
  }
  if (when === 'morning' && dice.happens(20)) {
    const whom = dice.pick(AUTHORS.filter((one) => one !== who && !isBlocked(who, one)))
    const amount = BigInt(500_000_000 + dice.below(1_000))
    steps.push(() => subscribe(life, who, whom, amount))
  }
  return steps
}

type Place = { who: string; when: string; i: number; shares: Shares }

/** One act, or one and its undoing; in half of the cases it is reached through a repost, where there is one. */
function actOn(life: Life, dice: Dice, post: Post, { who, when, i, shares }: Place): Step[] {
  const sharers = shares
    .filter((one) => one.post === post.name && one.sharer !== who && one.sharer !== post.author)
    .map(({ sharer }) => sharer)
    .filter((sharer) => !isBlocked(who, sharer))
  const via = sharers.length > 0 && dice.happens(60) ? dice.pick(sharers) : undefined
  const reached: Step[] = via === undefined ? [] : [() => visit(life, who, via)]
  const { name } = post
  const isOpen = post.price === 0n || post.authors.includes(who)
  switch (dice.below(isOpen ? 6 : 5)) {
    case 0:
    case 1:
      return [...reached, () => like(life, who, name, via)]
    case 2:
      return [
        () => like(life, who, name),
        ...reached,
        () => unlike(life, who, name),
        () => like(life, who, name, via),
      ]
    case 3: {
      const said = { name: `what ${who} said, ${when} ${i}`, text: `I think of ${name} what I thought.` }
      return [...reached, () => comment(life, who, name, said, via)]
    }
    case 4:
      // Who has shared it for others to come by does not take that back.
      return shares.some((one) => one.sharer === who && one.post === name)
        ? []
        : [
            ...reached,
            () => repost(life, who, name, via),
            ...(dice.happens(20) ? [() => unrepost(life, who, name)] : []),
          ]
    default:
      return [...reached, () => read(life, who, name, via)]
  }
}
