import type { Pool } from '@rivulet/db'
import type { Chain } from '../outside/chain.ts'
import { type Call, callerOf, type Traffic } from '../outside/client.ts'
import { decimalOf, nanoOf } from '../outside/decimal.ts'
import { each } from '../outside/each.ts'
import { endow } from '../outside/endow.ts'
import { lawsOf } from '../outside/laws.ts'
import type { Network } from '../outside/member.ts'
import { signInAll, walletsOf } from '../outside/members.ts'
import type { Answer, Deed } from '../outside/reckoning/deeds.ts'
import { table } from '../outside/table.ts'
import { type Tale, verdict } from '../outside/tale.ts'
import { type RulesAnswer, termsOf } from '../outside/terms.ts'
import { until } from '../outside/until.ts'
import { check, reckon } from './check.ts'
import type { Line } from './lines.ts'
import { live } from './live.ts'
import { deedsOf, planOf } from './plan.ts'
import { withdrawAll } from './withdraw.ts'

/** Requests under way at once while the lines are lived. */
const WIDTH = 64
const TOP = 10
const WITHDRAWING = 5

export type Place = { url: string; chain: Chain; network: Network; database: Pool; tale: Tale }

/** Lives the lines of a file in a network. @returns whether every figure is exact and every law holds */
export async function replay(
  lines: Line[],
  { url, chain, network, database, tale }: Place,
): Promise<boolean> {
  const stranger = callerOf(url)
  const plan = planOf(lines, { like: nanoOf(network.rates.like), comment: nanoOf(network.rates.comment) })
  const comments = plan.steps.filter(({ kind }) => kind === 'comment').length
  tale.line(
    `  ${lines.length} lines, ${plan.members.length} members, ${plan.needs.size} of them sources: ` +
      `${lines.length - comments} likes and ${comments} comments`,
  )

  tale.chapter('A wallet for everybody, money and a pledge for every source')
  const wallets = walletsOf(plan.members)
  const endowments = new Map([...plan.needs].filter(([, amount]) => amount > 0n))
  const total = [...endowments.values()].reduce((sum, amount) => sum + amount, 0n)
  const addressOf = (name: string) => wallets.get(name)?.address as string
  await endow(stranger, chain, network, new Map([...endowments].map(([who, nano]) => [addressOf(who), nano])))
  tale.line(
    `  ${endowments.size} deposits of ${decimalOf(total)} in all are mined, ${tale.seconds().toFixed(1)} s`,
  )

  const traffic: Traffic = { requests: 0, waits: 0 }
  const members = await signInAll(url, network, wallets, traffic, (done) =>
    tale.progress(`  ${done} of ${wallets.size} have signed in`),
  )
  tale.line(`  ${members.size} have signed in, ${tale.seconds().toFixed(1)} s`)
  await until('the deposits are booked', () => reservesAre(stranger, total), { seconds: 120 })
  await each([...endowments], 32, async ([who, amount]) => {
    await members.get(who)?.call('POST', '/v1/wallet/pledge', { amount: decimalOf(amount) })
  })
  tale.line(`  ${endowments.size} pledges are set aside, ${tale.seconds().toFixed(1)} s`)

  tale.chapter('The lines are lived')
  const posts = new Map<string, string>()
  const before = { ...traffic, at: tale.seconds() }
  const lived = await live(plan.steps, members, posts, {
    width: WIDTH,
    onStep: (done) =>
      done % 50 === 0 && tale.progress(progressOf(done, lines.length, tale.seconds() - before.at)),
  })
  const seconds = tale.seconds() - before.at
  const requests = traffic.requests - before.requests
  const perSecond = Math.round(requests / seconds)
  tale.line(
    `  ${requests} requests in ${seconds.toFixed(1)} s: ${perSecond} requests per second; ` +
      `${traffic.waits - before.waits} had to wait for a rate limit`,
  )

  tale.chapter('Who earned how much')
  await until('everything pending has cleared', () => nothingPending(database))
  const deeds: Deed[] = [...deedsOf(plan, endowments), { did: 'clear' }]
  const terms = termsOf(await stranger<RulesAnswer>('GET', '/v1/rules'))
  const lives = { terms, members, posts, deeds, answers: answersOf(deeds, lived) }
  const soFar = await reckon(lives, database)
  const earners = [...soFar.holdings].sort(([, a], [, b]) => Number(b.earned - a.earned)).slice(0, TOP)
  const rows = earners.map(([name, { earned, available }], i) => {
    const post = soFar.posts.get(`of ${name}`)
    return [
      `${i + 1}`,
      name,
      `${post?.likes ?? 0}`,
      `${post?.comments ?? 0}`,
      decimalOf(earned),
      decimalOf(available),
    ]
  })
  tale.line(indent(table(['', 'member', 'likes', 'comments', 'earned', 'after the fee'], rows)))

  tale.chapter('The top earners withdraw')
  const top = earners
    .slice(0, WITHDRAWING)
    .filter(([, { available }]) => available >= nanoOf(network.minWithdrawal))
  const paid = await Promise.all(top.map(([name]) => withdrawAll(members.get(name)!, chain)))
  for (const { name, amount, epoch, txHash } of paid) {
    const balance = await chain.balanceOf(addressOf(name))
    tale.line(
      `  ${name.padEnd(6)} ${decimalOf(amount)} in epoch ${epoch}, ${txHash}; in the wallet: ${decimalOf(balance)}`,
    )
    deeds.push({ did: 'withdraw', who: name, amount })
  }

  tale.chapter('Whether the laws hold, and every figure is what it must be')
  const laws = await lawsOf(stranger, chain, database, { clearingMs: 0 })
  const figures = await check(lives, await reckon(lives, database), chain, database)
  const exact = verdict(tale, laws, figures)
  tale.line(
    `\n${exact ? 'All of it is exact' : 'NOT EXACT'}: ${lines.length} lines, ` +
      `${perSecond} requests per second, ${tale.seconds().toFixed(1)} s in all`,
  )
  return exact
}

async function reservesAre(stranger: Call, total: bigint): Promise<boolean> {
  const { reserves } = await stranger<{ reserves: string }>('GET', '/v1/transparency')
  return nanoOf(reserves) === total
}

async function nothingPending(database: Pool): Promise<boolean> {
  const { rows } = await database.query(
    `select 1 from ledger.account where ref like 'member:%:pending' and balance <> 0 limit 1`,
  )
  return rows.length === 0
}

/** The steps' answers, by the place of their deeds among all. */
function answersOf(deeds: readonly Deed[], lived: readonly Answer[]): Map<number, Answer> {
  const acts = deeds.flatMap(({ did }, index) => (did === 'like' || did === 'comment' ? [index] : []))
  if (acts.length !== lived.length) throw new Error(`${lived.length} answers to ${acts.length} acts`)
  return new Map(acts.map((index, i) => [index, lived[i] as Answer]))
}

function progressOf(done: number, all: number, seconds: number): string {
  const filled = Math.round((done / all) * 30)
  const bar = '█'.repeat(filled) + '░'.repeat(30 - filled)
  const left = Math.ceil((seconds / done) * (all - done))
  return `  ${bar} ${done} of ${all}, ${Math.round(done / seconds)} a second, ${left} s to go`
}

const indent = (text: string) => text.replace(/^/gm, '  ')
