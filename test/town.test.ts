import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decimalOf } from '../scripts/outside/decimal.ts'
import { each } from '../scripts/outside/each.ts'
import { endow } from '../scripts/outside/endow.ts'
import { lawsOf } from '../scripts/outside/laws.ts'
import { closeCampaign } from '../scripts/outside/life/campaigns.ts'
import { check, reckon } from '../scripts/outside/life/check.ts'
import { known, type Life, newLife, note } from '../scripts/outside/life/life.ts'
import { askForGrant, unpledge, withdraw } from '../scripts/outside/life/payments.ts'
import { askPeriods, closeAndClear, noteCloses } from '../scripts/outside/life/periods.ts'
import { signInAll, walletsOf } from '../scripts/outside/members.ts'
import type { Stream } from '../scripts/outside/reckoning/deeds.ts'
import { type RulesAnswer, termsOf } from '../scripts/outside/terms.ts'
import { until } from '../scripts/outside/until.ts'
import { openScene, type Scene } from './scene.ts'
import { publish, settle, share } from './town/morning.ts'
import { CAMPAIGNS, depositsOf, diceOf, EVERYBODY, READERS } from './town/people.ts'
import { wave } from './town/wave.ts'

/*
 * A day in a town of sixty, over HTTP: three sponsors, twenty who write, ten who share, the rest read. In the end they
 * withdraw everything, and what is in their wallets and in the books is compared with what must have come of the requests,
 * worked out by `scripts/outside/reckoning`, which knows the rules and nothing of the economy's code.
 *
 * While people live through half a day the worker is away: in whose budget how much was left in the very moment in which a
 * period was closed, nobody outside could say. It comes back and closes what is over.
 */

const SEED = 20_261_128

const RULES = {
  PERIOD_SECONDS: '6',
  HOLD_SECONDS: '1',
  HOLD_YOUNG_SECONDS: '1',
  HOLD_VIEWS_SECONDS: '2',
  VIEWER_MIN_AGE_SECONDS: '0',
  VIEWER_MIN_DEPOSIT: '2',
  IDLE_CLOSES: '1000',
  GRANT_AMOUNT: '0.003000001',
  GRANT_PER_MEMBER: '0.003000001',
  GRANT_PER_DAY: '0.03',
  GRANT_TOTAL: '0.1',
  MIN_WITHDRAWAL: '0.000001',
}

const STREAMS: Stream[] = [
  ...(['attention', 'like', 'read', 'comment', 'share', 'tip', 'subscription', 'unlock', 'grant'] as const),
]

let scene: Scene
let life: Life

beforeAll(async () => {
  scene = await openScene(RULES)
  const { network, chain, database, url } = scene
  const rules = await scene.stranger<RulesAnswer>('GET', '/v1/rules')
  life = newLife({ url, stranger: scene.stranger, network, terms: termsOf(rules), chain, database })
})

afterAll(() => scene?.close())

test('a day in a town: everybody ends with exactly what their deeds have come to', {
  timeout: 300_000,
}, async () => {
  const dice = diceOf(SEED)
  await arrive(depositsOf(dice))
  const { worker } = scene.stack
  await settle(life, dice)
  const morning = await publish(life, dice, 'morning')
  const shares = await share(life, dice, morning)

  await worker.stop()
  await wave(life, dice, 'morning', morning, shares)
  const first = await askPeriods(life)
  await worker.restart()
  await closeAndClear(life)

  const revenue = reckon(life).revenue
  await fundGrants(50_000_000n)
  expect(reckon(life)).toMatchObject({ revenue: revenue - 50_000_000n, grants: 50_000_000n })
  await worker.stop()
  await noteCloses(life)
  for (const who of READERS.slice(0, 5)) await askForGrant(life, who)
  const evening = await publish(life, dice, 'evening')
  const more = await share(life, dice, evening)
  await wave(life, dice, 'evening', [...morning, ...evening], [...shares, ...more])
  await worker.restart()
  await closeAndClear(life)
  expect(await askPeriods(life)).toBeGreaterThan(first)
  await twoPeriodsWereSplit()

  for (const { sponsor, name } of CAMPAIGNS) await closeCampaign(life, sponsor, name)
  await leave()
  await noteCloses(life)

  const figures = await check(life)
  expect(figures.differences).toEqual([])
  // Of each of sixty: six accounts twice, what was earned, and the wallet.
  expect(figures.count).toBeGreaterThan(60 * 14)
  const outcome = reckon(life)
  const earned = new Map(STREAMS.map((stream) => [stream, 0n]))
  for (const { streams } of outcome.holdings.values())
    for (const [stream, amount] of streams) earned.set(stream, (earned.get(stream) ?? 0n) + amount)
  expect([...earned].filter(([, amount]) => amount <= 0n)).toEqual([])
  expect(sumOf(outcome)).toBe(outcome.vault)

  for (const law of await lawsOf(scene.stranger, life.chain, life.database, { clearingMs: 0 }))
    expect(law.holds, `${law.law}: ${law.figures}`).toBe(true)
})

/** Everybody signs in and has a deposit that is final. */
async function arrive(deposits: Map<string, bigint>): Promise<void> {
  const wallets = walletsOf(EVERYBODY)
  const addresses = new Map([...deposits].map(([who, nano]) => [known(wallets, who).address, nano]))
  await endow(scene.stranger, life.chain, life.network, addresses)
  life.people = await signInAll(life.url, life.network, wallets, { requests: 0, waits: 0 }, () => {})
  const total = [...deposits.values()].reduce((sum, nano) => sum + nano, 0n)
  await until('the deposits are booked', async () => {
    const { reserves } = await scene.stranger<{ reserves: string }>('GET', '/v1/transparency')
    return reserves === decimalOf(total)
  })
  for (const [who, amount] of deposits) note(life, { did: 'endow', who, amount })
}

/** The operator's command, as a process of its own. */
async function fundGrants(amount: bigint): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/fund-grants.ts', '--amount', decimalOf(amount)], {
    env: { ...process.env, DATABASE_URL: scene.stack.databaseUrl },
  })
  note(life, { did: 'fund grants', amount })
}

/** Everybody takes their pledge back and withdraws all the token can carry. */
async function leave(): Promise<void> {
  await each(
    [...life.people.keys()].filter((who) => hasPledge(who)),
    16,
    (who) => unpledge(life, who),
  )
  const { holdings } = reckon(life)
  const unit = life.chain.nanoInUnit
  await each(EVERYBODY, EVERYBODY.length, async (who) => {
    const { available } = known(holdings, who)
    await withdraw(life, who, available - (available % unit))
  })
}

const hasPledge = (who: string) => known(reckon(life).holdings, who).pledge > 0n

/** Everything the books have is somebody's. */
function sumOf({ holdings, campaigns, revenue, grants }: ReturnType<typeof reckon>): bigint {
  let sum = revenue + grants
  for (const one of holdings.values()) sum += one.available + one.pending + one.budget + one.pledge
  for (const { left } of campaigns.values()) sum += left
  return sum
}

async function twoPeriodsWereSplit(): Promise<void> {
  const { rows } = await life.database.query(
    `select period, count(distinct payer_id)::int as payers from receipts where closing group by period`,
  )
  expect(rows.length).toBeGreaterThanOrEqual(2)
  expect(rows.reduce((sum, { payers }) => sum + payers, 0)).toBeGreaterThan(60)
}
