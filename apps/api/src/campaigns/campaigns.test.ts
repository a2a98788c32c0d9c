import { beforeAll, beforeEach, expect, test } from 'vitest'
import { adsWorld } from '../../test/ads.ts'
import { balance, fund } from '../../test/money.ts'
import { NOBODY, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { query, mayBePaid, serve, pass } = adsWorld(deps)
let sam: Person
let alice: Person
let post: { id: string }
beforeAll(async () => {
  ;[sam, alice] = [await person(app), await person(app)]
  await fund(deps, sam.id, 'available', 10_000_000_000n)
  await fund(deps, alice.id, 'available', 5_000_000_000n)
  await mayBePaid(alice)
  post = await (await person(app)).writes('a poem')
  await serve(alice, post.id)
})
beforeEach(() => query(`update campaigns set status = 'closed'`))

const key = (name: string = crypto.randomUUID()) => ({ 'idempotency-key': name })
const wish = {
  ...{ title: 'Bread', body: 'Fresh every day.', url: 'https://bread.example/today?x=1' },
  ...{ budget: '0.5', pricePerView: '0.01' },
}
const funds = async (more: object = {}, who = sam) =>
  (await who.post('/v1/campaigns', { ...wish, ...more }, key())).body

async function sees(): Promise<void> {
  const ad = await alice.get(`/v1/ads/next?postId=${post.id}`)
  await pass(alice, 1_500)
  const seen = await alice.post('/v1/impressions', { token: ad.body.token, visibleMs: 1_500 })
  expect(seen.status).toBe(200)
}

test('sam funds a campaign, once however often he sends it', async () => {
  const before = await balance(deps, sam.id, 'available')
  const body = { ...wish, tags: ['bread', 'bread'], minViewerAgeDays: 30, minViewerDeposit: '10' }
  const made = await sam.post('/v1/campaigns', body, key('bread'))
  expect(made.status).toBe(201)
  expect(made.body).toEqual({
    ...wish,
    ...{
      id: expect.any(String),
      tags: ['bread'],
      dailyCapPerMember: 5,
      minViewerAgeDays: 30,
      minViewerDeposit: '10',
    },
    ...{ status: 'active', remaining: '0.5', open: '0', createdAt: expect.any(String), closedAt: null },
  })
  const again = await sam.post('/v1/campaigns', body, key('bread'))
  expect([again.body, again.headers['idempotent-replayed']]).toEqual([made.body, 'true'])
  expect(await balance(deps, sam.id, 'available')).toBe(before - 500_000_000n)
  const { data } = (await sam.get('/v1/wallet/entries')).body
  expect(data[0]).toMatchObject({ account: 'available', stream: 'campaign', amount: '-0.5' })
})

test.each([
  [{ budget: '11' }, 409, 'insufficient_funds', undefined],
  [{ budget: '0' }, 422, 'validation_failed', '#/budget'],
  [{ budget: '0.009' }, 422, 'validation_failed', '#/budget'],
  [{ pricePerView: '0.000000009' }, 422, 'validation_failed', '#/pricePerView'],
  [{ dailyCapPerMember: 6 }, 422, 'validation_failed', '#/dailyCapPerMember'],
  [{ dailyCapPerMember: 0 }, 422, 'validation_failed', '#/dailyCapPerMember'],
  [{ title: ' ' }, 422, 'validation_failed', '#/title'],
  [{ title: 'x'.repeat(121) }, 422, 'validation_failed', '#/title'],
  [{ body: 'x'.repeat(1_001) }, 422, 'validation_failed', '#/body'],
  [{ url: 'javascript:alert(1)' }, 422, 'validation_failed', '#/url'],
  [{ url: `https://bread.example/${'x'.repeat(2_000)}` }, 422, 'validation_failed', '#/url'],
  [{ tags: ['#bread'] }, 422, 'validation_failed', '#/tags/0'],
  [{ minViewerDeposit: '0' }, 422, 'validation_failed', '#/minViewerDeposit'],
  [{ minViewerAgeDays: 3_651 }, 422, 'validation_failed', '#/minViewerAgeDays'],
])('%j is refused: %i %s', async (more, status, code, pointer) => {
  const before = await balance(deps, sam.id, 'available')
  const answer = await sam.post('/v1/campaigns', { ...wish, ...more }, key())
  expect([answer.status, answer.body.code, answer.body.errors?.[0]?.pointer]).toEqual([status, code, pointer])
  expect(await balance(deps, sam.id, 'available')).toBe(before)
})

test('without a key, or suspended, nobody funds anything', async () => {
  expect((await sam.post('/v1/campaigns', wish)).body.code).toBe('idempotency_key_required')
  const eve = await person(app)
  await fund(deps, eve.id, 'available', 1_000_000_000n)
  await query('update members set suspended_at = now() where id = $1', eve.id)
  const answer = await eve.post('/v1/campaigns', wish, key())
  expect([answer.status, answer.body.code]).toEqual([403, 'suspended'])
})

test('a campaign is its sponsor’s: a stranger finds nothing, by whatever way', async () => {
  const { id } = await funds()
  const calls = (who: Person, one: string) => [
    who.get(`/v1/campaigns/${one}`),
    who.get(`/v1/campaigns/${one}/report`),
    who.post(`/v1/campaigns/${one}/close`, undefined, key()),
    who.post(`/v1/campaigns/${one}/disputes`, { day: '2026-01-01', reason: 'x' }, key()),
  ]
  for (const answer of await Promise.all([...calls(alice, id), ...calls(sam, NOBODY), ...calls(sam, 'x')]))
    expect([answer.status, answer.body.code]).toEqual([404, 'campaign_not_found'])
  expect((await alice.get('/v1/campaigns')).body).toEqual({ data: [], nextCursor: null })
  expect((await sam.get(`/v1/campaigns/${id}`)).body).toMatchObject({ id, status: 'active' })
  const page = (await sam.get('/v1/campaigns?limit=1')).body
  expect(page.data.map((campaign: { id: string }) => campaign.id)).toEqual([id])
  const rest = (await sam.get(`/v1/campaigns?cursor=${page.nextCursor}`)).body
  expect(rest.data.map((campaign: { id: string }) => campaign.id)).not.toContain(id)
})

test('the report tells of a view, and a dispute of it is taken once', async () => {
  const { id } = await funds()
  await sees()
  const { body: report } = await sam.get(`/v1/campaigns/${id}/report`)
  const day = { served: 1, expired: 0, paid: 1, spent: '0.01', voidedViews: 0, voided: '0', refused: {} }
  expect(report).toEqual({
    ...{ campaignId: id, remaining: '0.49', open: '0', totals: day },
    days: [{ day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), dispute: null, ...day }],
  })
  const url = `/v1/campaigns/${id}/disputes`
  const doubt = { day: report.days[0].day, reason: 'All from one house.' }
  const made = await sam.post(url, doubt, key('doubt'))
  expect([made.status, made.body]).toEqual([
    201,
    { id: expect.any(String), ...doubt, status: 'open', createdAt: expect.any(String) },
  ])
  expect((await sam.post(url, doubt, key('doubt'))).body).toEqual(made.body)
  const again = await sam.post(url, doubt, key())
  expect([again.status, again.body.code]).toEqual([409, 'already_disputed'])
  const never = await sam.post(url, { ...doubt, day: '2026-01-01' }, key())
  expect([never.status, never.body.code]).toEqual([409, 'not_disputable'])
  const nonsense = await sam.post(url, { ...doubt, day: '2026-02-30' }, key())
  expect([nonsense.status, nonsense.body.errors[0].pointer]).toEqual([422, '#/day'])
  expect((await sam.get(`/v1/campaigns/${id}/report`)).body.days[0].dispute).toMatchObject({
    id: made.body.id,
  })
})

test('closing gives the rest back, waits for what is out, and a key of one campaign closes no other', async () => {
  const before = await balance(deps, sam.id, 'available')
  const [first, second] = [await funds(), await funds()]
  expect(await balance(deps, sam.id, 'available')).toBe(before - 1_000_000_000n)
  const { body: ad } = await alice.get(`/v1/ads/next?postId=${post.id}`)
  expect(ad.campaign.id).toBe(first.id)
  const closing = await sam.post(`/v1/campaigns/${first.id}/close`, undefined, key('enough'))
  expect([closing.status, closing.body.status, closing.body.open]).toEqual([200, 'closing', '0.01'])
  const other = await sam.post(`/v1/campaigns/${second.id}/close`, undefined, key('enough'))
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])

  const closed = await sam.post(`/v1/campaigns/${second.id}/close`, undefined, key())
  expect(closed.body).toMatchObject({ status: 'closed', remaining: '0', closedAt: expect.any(String) })
  await pass(alice, 1_500)
  await alice.post('/v1/impressions', { token: ad.token, visibleMs: 1_500 })
  const done = await sam.post(`/v1/campaigns/${first.id}/close`, undefined, key())
  expect(done.body).toMatchObject({ status: 'closed', remaining: '0', open: '0' })
  expect(await balance(deps, sam.id, 'available')).toBe(before - 10_000_000n)
})
