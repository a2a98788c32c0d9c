import { nanoOf } from '../outside/decimal.ts'
import * as acts from '../outside/life/acts.ts'
import { look as lookAt } from '../outside/life/campaigns.ts'
import { note, person, walletOf } from '../outside/life/life.ts'
import * as payments from '../outside/life/payments.ts'
import { write as publish, type Writing } from '../outside/life/posts.ts'
import type { Answer } from '../outside/reckoning/deeds.ts'
import { until } from '../outside/until.ts'
import { tell, type World } from './world.ts'

const FAUCET = 100_000_000_000n

/** Test dollars from the faucet, and from the wallet into the vault; waits until the deposit is final and booked. */
export async function deposit(
  world: World,
  who: string,
  amount: bigint,
  how: 'approval' | 'permit' = 'approval',
): Promise<void> {
  const { wallet } = person(world, who)
  const { chain } = world
  await world.stranger('POST', '/v1/dev/faucet', { address: wallet.address })
  await until(`the faucet has paid ${who}`, async () => (await chain.balanceOf(wallet.address)) >= FAUCET)
  note(world, { did: 'faucet', who, amount: FAUCET })
  tell(world, `${who} asks the faucet`, FAUCET, `test dollars → ${who}'s wallet`)
  const hash = await (how === 'permit' ? chain.depositWithPermit : chain.deposit)(wallet, amount)
  await until(
    `${who}'s deposit is booked`,
    async () => nanoOf((await walletOf(person(world, who))).available) > 0n,
  )
  note(world, { did: 'deposit', who, amount })
  tell(world, `${who} deposits by ${how}`, amount, `${who}'s wallet → ${who}'s available   ${hash}`)
}

export async function pledge(world: World, who: string, amount: bigint): Promise<void> {
  await payments.pledge(world, who, amount)
  tell(world, `${who} sets money aside for likes`, amount, `${who}'s available → ${who}'s pledge`)
}

export async function write(world: World, who: string, post: string, writing: Writing): Promise<void> {
  await publish(world, who, post, writing)
  const whose =
    writing.splits &&
    `, of which it earns ${writing.splits.map(([name, bps]) => `${bps / 100} % for ${name}`).join(', ')}`
  tell(world, `${who} writes ${post}: “${writing.title ?? writing.text}”${whose ?? ''}`)
}

export async function look(world: World, who: string, post: string): Promise<void> {
  await person(world, who).call('GET', '/v1/feeds/latest')
  const seen = await lookAt(world, who, post)
  if (!seen) throw new Error(`nothing was shown to ${who} beside ${post}`)
  const { credited = 0n, budget = 0n } = seen.answer
  tell(
    world,
    `${who} looks at ${seen.campaign} beside ${post}`,
    credited,
    `${seen.campaign} → ${who}'s pending`,
  )
  tell(world, '', budget, `${seen.campaign} → ${who}'s budget, to be given on`)
}

/** Does something to a post, and tells which of the actor's accounts has paid it. */
async function act(world: World, who: string, text: string, to: string, doing: () => Promise<Answer>) {
  const before = await walletOf(person(world, who))
  const { credited = 0n, unfunded } = await doing()
  const after = await walletOf(person(world, who))
  const from = before.budget === after.budget ? 'pledge' : 'budget'
  if (unfunded) tell(world, text, 0n, `${who} has neither budget nor pledge: recorded, unfunded`)
  else if (credited === 0n) tell(world, text, 0n, 'moves no money')
  else tell(world, text, credited, `${who}'s ${from} → ${to}`)
}

export function like(world: World, who: string, post: string, to: string, via?: string): Promise<void> {
  const text = `${who} likes ${post}${via ? `, which ${via} shared` : ''}`
  return act(world, who, text, to, () => acts.like(world, who, post, via))
}

export function read(world: World, who: string, post: string, to: string): Promise<void> {
  return act(world, who, `${who} reads ${post}`, to, () => acts.read(world, who, post))
}

export function repost(world: World, who: string, post: string, to: string): Promise<void> {
  return act(world, who, `${who} shares ${post}`, to, () => acts.repost(world, who, post))
}

/** Comments, under a name of its own: a comment is a post, and can be liked as one. */
export function comment(
  world: World,
  who: string,
  post: string,
  to: string,
  said: { name: string; text: string },
): Promise<void> {
  const text = `${who} comments on ${post}: “${said.text}”`
  return act(world, who, text, to, () => acts.comment(world, who, post, said))
}

export async function unlike(world: World, who: string, post: string, author: string): Promise<void> {
  const { credited = 0n } = await acts.unlike(world, who, post)
  const rate = nanoOf(world.network.rates.like)
  tell(
    world,
    `${who} takes the like of ${post} back`,
    credited - rate,
    `${author}'s pending → ${who}'s budget again`,
  )
}

/** Own money for others, at once. */
export async function pays(
  world: World,
  text: string,
  who: string,
  to: string,
  paying: () => Promise<Answer>,
): Promise<void> {
  const { amount = 0n, fee = 0n } = await paying()
  tell(world, text, amount - fee, `${who}'s available → ${to}`)
  tell(world, '', fee, `${who}'s available → the network`)
}

/** Withdraws to the own wallet, and waits until that is final on the chain. @returns the epoch that paid it */
export async function withdraw(world: World, who: string, amount: bigint): Promise<number> {
  const { epoch, txHash } = await payments.withdraw(world, who, amount)
  tell(world, `${who} withdraws`, amount, `${who}'s available → ${who}'s wallet   epoch ${epoch}, ${txHash}`)
  return epoch
}
