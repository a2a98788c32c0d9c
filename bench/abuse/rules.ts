import { type Amount, amountOf, splitByWeight } from '@rivulet/ledger'
import { type Rules, rulesFrom } from '../../packages/economy/src/rules.ts'
import { Economy } from '../../packages/economy/test/model/economy.ts'
import type { Deed, Post, World } from '../../packages/economy/test/model/world.ts'
import type { Network } from './network.ts'

/** What a ring has in the end more than it brought, in nano, under one rule of who gets what. */
export type Payout = (network: Network) => bigint

const sum = (amounts: readonly bigint[]) => amounts.reduce((all, amount) => all + amount, 0n)

/** What everybody brought is one pot, split by what each author claims of it. */
function pooled({ money, ring }: Network, claims: readonly bigint[]): bigint {
  const shares = splitByWeight(amountOf(sum(money)) as Amount, claims)
  return sum(shares.slice(ring)) - sum(money.slice(ring))
}

function claimsOf(
  network: Network,
  claim: (payer: number, author: number, likes: number) => bigint,
): bigint[] {
  const claims = Array.from({ length: network.accounts }, () => 0n)
  for (const [payer, authors] of network.likes.entries())
    for (const author of authors) claims[author]! += claim(payer, author, authors.length)
  return claims
}

/** Every like of the pot weighs the same. */
export const proRata: Payout = (network) =>
  pooled(
    network,
    claimsOf(network, () => 1n),
  )

/** Every account has an equal part of the pot to give away by its likes. */
export const equalBudgets: Payout = (network) =>
  pooled(
    network,
    claimsOf(network, (_payer, _author, likes) => 10n ** 9n / BigInt(likes)),
  )

const CENT = 10_000_000n

/**
 * Quadratic: an author claims the square of the sum of the roots of what each account gives. An account gives what it
 * brought, over its likes; who brought nothing pays a cent, to have a voice.
 */
export const quadratic: Payout = (network) => {
  const brought = network.money.map((own) => (own < CENT ? CENT : own))
  const roots = network.likes.map(() => new Map<number, bigint>())
  for (const [payer, authors] of network.likes.entries())
    for (const author of authors) {
      const given = roots[payer]!
      given.set(author, (given.get(author) ?? 0n) + brought[payer]! / BigInt(authors.length))
    }
  const claims = Array.from({ length: network.accounts }, () => 0n)
  for (const given of roots) for (const [author, amount] of given) claims[author]! += rootOf(amount)
  return pooled(
    { ...network, money: brought },
    claims.map((claim) => claim * claim),
  )
}

/** The root rounded down, by Newton's steps. */
function rootOf(value: bigint): bigint {
  if (value < 2n) return value
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (let next = root; ; root = next) {
    next = (root + value / root) >> 1n
    if (next >= root) return root
  }
}

/** Days until the longest hold of the old has passed. */
const NIGHTS = 3

/** What a ring has in the end, before and after the fees of clearing, less what it brought. */
type Lived = { before: bigint; after: bigint }

/** The shipped rules, lived in the model: likes are credited at once, what is left at the close, and clear. Each network once. */
function livedBy(Model: typeof Economy): (network: Network) => Lived {
  const lives = new WeakMap<Network, Lived>()
  return (network) => {
    const lived = lives.get(network) ?? live(network, Model)
    lives.set(network, lived)
    return lived
  }
}

function live({ likes, money, ring, accounts }: Network, Model: typeof Economy): Lived {
  const rules: Rules = rulesFrom({})
  const posts: Post[] = []
  const published = Array.from({ length: accounts }, (): number[] => [])
  const deeds: Deed[] = likes.flatMap((authors, who) => {
    const nth = new Map<number, number>()
    return authors.map((author): Deed => {
      const n = nth.get(author) ?? 0
      nth.set(author, n + 1)
      const own = published[author]!
      if (own[n] === undefined) own[n] = posts.push({ author }) - 1
      return { do: 'act', who, post: own[n]!, kind: 'like', on: true }
    })
  })
  const people = money.map((budget) => ({ since: 20, deposit: 0n, budget }))
  const world: World = { people, posts, campaigns: [], pool: 0n, revenue: 0n }
  const nights = Array.from({ length: NIGHTS }, (): Deed => ({ do: 'night' }))
  const economy = new Model(world, rules).live([...deeds, ...nights])
  const members = people.flatMap((_, who) => (who < ring ? [] : [who]))
  const after = sum(members.map((who) => economy.wealth(who))) - sum(money.slice(ring))
  return { before: after + sum(members.map((who) => economy.clearingFees(who))), after }
}

/** The five, by the names the table has. Those that begin with `ours` must be no gain. */
export function fiveRules(Model: typeof Economy = Economy): [name: string, payout: Payout][] {
  const lived = livedBy(Model)
  return [
    ['pool, by likes', proRata],
    ['pool, equal budgets', equalBudgets],
    ['pool, quadratic', quadratic],
    ['ours without fee', (network) => lived(network).before],
    ['ours', (network) => lived(network).after],
  ]
}
