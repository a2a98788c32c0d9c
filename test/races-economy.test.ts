import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endow } from '../scripts/outside/endow.ts'
import type { Member } from '../scripts/outside/member.ts'
import { signInAll, walletsOf } from '../scripts/outside/members.ts'
import { until } from '../scripts/outside/until.ts'
import { type Answered, balanceOf, dollars, openScene, type Scene, send } from './scene.ts'

/*
 * Fifty at once over HTTP against two processes of the API, a few rounds each. The same races are run a hundred rounds on
 * the verbs by `npm run test:long`: views/races.test.ts, keys/spend.test.ts, grants/grant.test.ts, periods/races.test.ts
 * and subscriptions/races.test.ts of packages/economy.
 */

const ROUNDS = process.env.LONG ? 20 : 3

const RULES = {
  VIEWER_MIN_AGE_SECONDS: '0',
  GRANT_AMOUNT: '0.01',
  GRANT_PER_MEMBER: '0.01',
  GRANT_PER_DAY: '0.03',
  GRANT_TOTAL: '1',
}

let scene: Scene
let fifty: Member[]
let sam: Member
let alice: Member

beforeAll(async () => {
  scene = await openScene(RULES, { apiProcesses: 2 })
  sam = await scene.person('sam', dollars('60'))
  alice = await scene.person('alice')
  const wallets = walletsOf(Array.from({ length: 50 }, (_, i) => `viewer ${i + 1}`))
  const six = new Map([...wallets.values()].map(({ address }) => [address, dollars('6')]))
  await endow(scene.stranger, scene.chain, scene.network, six)
  const members = await signInAll(scene.url, scene.network, wallets, { requests: 0, waits: 0 }, () => {})
  fifty = [...members.values()]
  await until('the deposits are booked', async () => {
    const { reserves } = await scene.stranger<{ reserves: string }>('GET', '/v1/transparency')
    return reserves === '360'
  })
})

afterAll(() => scene?.close())

const tally = (answers: Answered[]) => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const what = status < 400 ? String(status) : `${status} ${body.code}`
    counts[what] = (counts[what] ?? 0) + 1
  }
  return counts
}

const all = (request: (member: Member, index: number) => Promise<Answered>) => Promise.all(fifty.map(request))

/** A campaign that pays for a single view, beside a note of alice's that all have been served. */
async function lastView(): Promise<{ campaign: string; post: string }> {
  const post = await alice.call<{ id: string }>('POST', '/v1/posts', { kind: 'note', text: 'Beside it.' })
  await Promise.all(fifty.map(({ call }) => call('GET', '/v1/feeds/latest')))
  const campaign = await sam.call<{ id: string }>('POST', '/v1/campaigns', {
    ...{ title: 'Boats', body: 'The last view.', url: 'https://sponsor.example/' },
    ...{ budget: '0.01', pricePerView: '0.01' },
  })
  return { campaign: campaign.id, post: post.id }
}

test('fifty ask for the last view of a campaign at once: one is shown it, and returning it fifty times pays once', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const { campaign, post } = await lastView()
    const [wasPaid, hadBudget] = [await sumOf('pending'), await sumOf('budget')]
    const asked = await all(({ token }) => send(scene, 'GET', `/v1/ads/next?postId=${post}`, { token }))
    expect(tally(asked)).toEqual({ 200: 1, 204: 49 })

    const winner = asked.findIndex(({ status }) => status === 200)
    const { token } = fifty[winner] as Member
    const json = { token: asked[winner]?.body.token, visibleMs: 1_000 }
    // Too early is refused, and the token stays good.
    const returned = await until('a second has passed', async () => {
      const answers = await all(() => send(scene, 'POST', '/v1/impressions', { token, json }))
      return answers.some(({ status }) => status === 422) ? undefined : answers
    })
    expect(tally(returned)).toEqual({ 200: 50 })
    for (const { body } of returned) expect(body).toEqual({ credited: '0.003', budget: '0.005' })
    expect((await sumOf('pending')) - wasPaid).toBe(dollars('0.003'))
    expect((await sumOf('budget')) - hadBudget).toBe(dollars('0.005'))
    expect(await balanceOf(alice, 'pending')).toBe(BigInt(round) * dollars('0.001'))
    const { remaining } = await sam.call<{ remaining: string }>('GET', `/v1/campaigns/${campaign}`)
    expect(remaining).toBe('0')
    await sam.call('POST', `/v1/campaigns/${campaign}/close`)
  }
  await scene.lawsHold()
})

/** What the fifty have together, in nano. */
async function sumOf(account: 'pending' | 'budget'): Promise<bigint> {
  const balances = await Promise.all(fifty.map((member) => balanceOf(member, account)))
  return balances.reduce((sum, one) => sum + one)
}

test('fifty payments at once by a key that may spend a dollar a day spend a dollar', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const before = await balanceOf(sam, 'available')
    const { key } = await sam.call<{ key: string }>('POST', '/v1/keys', {
      ...{ name: `bot ${round}`, scopes: ['pay'], dailySpendLimit: '1' },
    })
    // Tips of 0.13, and now and then the same set aside: of either kind seven fit into a dollar.
    const answers = await all((_, i) => {
      const to = i % 3 === 0 ? '/v1/wallet/pledge' : '/v1/tips'
      const json = i % 3 === 0 ? { amount: '0.13' } : { memberId: alice.id, amount: '0.13' }
      return send(scene, 'POST', to, { token: key, key: randomUUID(), json })
    })
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused).toHaveLength(43)
    for (const { body } of refused) expect(body.code).toBe('spend_limit')
    expect(before - (await balanceOf(sam, 'available'))).toBe(7n * dollars('0.13'))
  }
  await scene.lawsHold()
})

test('fifty ask for a grant at once on a day that has three: three have one', async () => {
  const post = await alice.call<{ id: string }>('POST', '/v1/posts', { kind: 'note', text: 'Thank you.' })
  await sam.call('POST', '/v1/tips', { postId: post.id, amount: '20' })
  await promisify(execFile)(process.execPath, ['scripts/fund-grants.ts', '--amount', '0.5'], {
    env: { ...process.env, DATABASE_URL: scene.stack.databaseUrl },
  })
  const before = await sumOf('budget')
  const answers = await all(({ token }) =>
    send(scene, 'POST', '/v1/wallet/grants', { token, key: randomUUID() }),
  )
  expect(tally(answers)).toEqual({ 201: 3, '409 grant_cap': 47 })
  expect((await sumOf('budget')) - before).toBe(dollars('0.03'))
  await scene.lawsHold()
})
