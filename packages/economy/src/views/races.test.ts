import { createPool, type Pool } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ads, adsIn } from '../../test/ads.ts'
import { money, openTown, type Town } from '../../test/town.ts'

const ROUNDS = process.env.LONG ? 100 : 4
const AT_ONCE = 50

let town: Town
let ads: Ads
let other: Pool
let people: string[]
let post: string
beforeAll(async () => {
  town = await openTown({ VIEWS_PER_DAY: '1000' })
  ads = adsIn(town)
  other = createPool(town.pool.options.connectionString!, { max: 10 })
  people = []
  post = (await ads.scene()).post
  for (let i = 0; i < AT_ONCE; i++) {
    const one = await ads.viewer()
    await ads.serve(one, [post])
    people.push(one)
  }
})
afterAll(async () => {
  await other.end()
  await town.close()
})

test(`${ROUNDS} rounds: fifty at once over two pools for the last view of a campaign, and one of them is paid, fifty times at once`, {
  timeout: 600_000,
}, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { campaign } = await ads.only({ budget: money('0.01') })
    const answers = await Promise.all(people.map((one, i) => ads.next(one, post, i % 2 ? other : town.pool)))
    const won = answers.findIndex((answer) => answer.ok)
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
    const [winner, next] = [people[won]!, answers[won]!]
    const view = next.ok ? next.view.id : ''
    const before = await town.wallet(winner)
    await ads.ago(view, 1_500)
    const input = [{ viewId: view, memberId: winner, visibleMs: 1_500 }]
    const paid = await Promise.all(people.map((_, i) => ads.pay(input, i % 2 ? other : town.pool)))
    for (const one of paid) expect(one).toEqual([{ ok: true, credited: 3_000_000n, budget: 5_000_000n }])
    const after = await town.wallet(winner)
    expect([after.pending - before.pending, after.budget - before.budget]).toEqual([3_000_000n, 5_000_000n])
    for (const ref of [`campaign:${campaign}`, `campaign:${campaign}:open`])
      expect(await ads.balance(ref)).toBe(0n)
  }
  expect(await town.lawsHold()).toBe(true)
})
