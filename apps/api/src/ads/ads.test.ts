import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { adsWorld } from '../../test/ads.ts'
import { balance, fund } from '../../test/money.ts'
import { call, type Person, person } from '../../test/people.ts'
import { TEST_ENV, world } from '../../test/world.ts'
import { buildApp } from '../app.ts'
import { configFrom } from '../config.ts'
import { closeDeps, createDeps } from '../deps.ts'

const { app, deps, database } = await world()
const { query, mayBePaid, serve, pass } = adsWorld(deps)
const { app: elsewhere } = await world({ SECRET_KEY: 'the secret of another deployment, as long' })

// Another process of the same deployment.
const twin = createDeps(configFrom({ ...TEST_ENV, DATABASE_URL: database.url }))
const twinApp = await buildApp(twin)
afterAll(async () => {
  await twinApp.close()
  await closeDeps(twin)
})

let sam: Person
let bob: Person
let alice: Person
let post: { id: string }
let campaign: { id: string }
beforeAll(async () => {
  ;[sam, bob] = [await person(app), await person(app)]
  await fund(deps, sam.id, 'available', 100_000_000_000n)
  post = await bob.writes('a poem')
})
beforeEach(async () => {
  alice = await viewer()
  await query(`update campaigns set status = 'closed'`)
  const wish = {
    title: 'Bread',
    body: 'Fresh.',
    url: 'https://bread.example/x',
    budget: '1',
    pricePerView: '0.01',
  }
  const made = await sam.post('/v1/campaigns', wish, { 'idempotency-key': crypto.randomUUID() })
  campaign = made.body
})

async function viewer(): Promise<Person> {
  const one = await person(app)
  await fund(deps, one.id, 'available', 5_000_000_000n)
  await mayBePaid(one)
  await serve(one, post.id)
  return one
}
const next = (who: Person) => who.get(`/v1/ads/next?postId=${post.id}`)
const impression = (who: Person, token: unknown, visibleMs: unknown = 1_200) =>
  who.post('/v1/impressions', { token, visibleMs })

test("alice is shown sam's ad beside bob's post, looks, and is paid", async () => {
  const ad = await next(alice)
  expect(ad.status).toBe(200)
  expect(ad.body).toEqual({
    token: expect.stringMatching(/^[A-Za-z0-9_-]{139}$/),
    campaign: { id: campaign.id, title: 'Bread', body: 'Fresh.', url: 'https://bread.example/x' },
    price: '0.01',
  })
  expect((await next(alice)).body).toEqual(ad.body)
  await pass(alice, 1_500)
  const seen = await impression(alice, ad.body.token)
  expect([seen.status, seen.body]).toEqual([200, { credited: '0.003', budget: '0.005' }])
  expect((await impression(alice, ad.body.token)).body).toEqual(seen.body)
  const wallet = (await alice.get('/v1/wallet')).body
  expect(wallet).toMatchObject({ pending: '0.003', budget: '0.005', earnedTotal: '0.003' })
  const { data } = (await alice.get('/v1/wallet/entries')).body
  expect(
    data
      .slice(0, 2)
      .map((e: Record<string, string>) => [e.account, e.stream, e.amount])
      .sort(),
  ).toEqual([
    ['budget', 'attention', '0.005'],
    ['pending', 'attention', '0.003'],
  ])
})

test('who may not be paid is shown nothing: 204', async () => {
  const stranger = await person(app)
  const answer = await next(stranger)
  expect([answer.status, answer.body]).toEqual([204, ''])
  expect((await next(sam)).status).toBe(204)
  expect((await alice.get('/v1/ads/next?postId=nothing')).status).toBe(204)
  const { totals } = (await sam.get(`/v1/campaigns/${campaign.id}/report`)).body
  expect(totals).toMatchObject({ served: 0, refused: { not_served: 1 } })
  expect((await next(alice)).status).toBe(200)
})

test('a token is its member’s and its deployment’s; anything else is none', async () => {
  const { token } = (await next(alice)).body
  await pass(alice, 1_500)
  const carol = await viewer()
  for (const [who, text] of [
    [carol, token],
    [alice, `${token}A`],
    // A token begins with an id of today's, and so with A.
    [alice, `B${token.slice(1)}`],
    [alice, 'token'],
  ] as const) {
    const answer = await impression(who, text)
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_token'])
  }
  const abroad = await person(elsewhere, alice.wallet as never)
  expect((await abroad.post('/v1/impressions', { token, visibleMs: 2_000 })).body.code).toBe('invalid_token')
  expect(await balance(deps, alice.id, 'pending')).toBe(0n)
  expect((await impression(alice, token)).status).toBe(200)
})

test('too early and too short leave it open, whatever the client’s clock says; late is late', async () => {
  const { token } = (await next(alice)).body
  const early = await impression(alice, token, 86_400_000)
  expect([early.status, early.body.code]).toEqual([422, 'too_early'])
  await pass(alice, 1_500)
  const short = await impression(alice, token, 999)
  expect([short.status, short.body.code]).toEqual([422, 'too_short'])
  await pass(alice, 60_000)
  const late = await impression(alice, token)
  expect([late.status, late.body.code]).toEqual([410, 'token_expired'])
  const again = await next(alice)
  expect(again.body.token).not.toBe(token)
  await pass(alice, 1_500)
  expect((await impression(alice, again.body.token)).status).toBe(200)
})

test('one token, fifty times at once over two processes, pays once', async () => {
  const { token } = (await next(alice)).body
  await pass(alice, 1_500)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      call(
        i % 2 ? twinApp : app,
        'POST',
        '/v1/impressions',
        { token, visibleMs: 1_000 },
        {
          authorization: `Bearer ${alice.token}`,
        },
      ),
    ),
  )
  expect(new Set(answers.map((a) => `${a.status} ${a.body.credited} ${a.body.budget}`))).toEqual(
    new Set(['200 0.003 0.005']),
  )
  expect(await balance(deps, alice.id, 'pending')).toBe(3_000_000n)
  expect(await balance(deps, alice.id, 'budget')).toBe(5_000_000n)
})

test.each([
  [{}, '#/token'],
  [{ token: '', visibleMs: 1_000 }, '#/token'],
  [{ token: 'x'.repeat(557), visibleMs: 1_000 }, '#/token'],
  [{ token: 'x' }, '#/visibleMs'],
  [{ token: 'x', visibleMs: -1 }, '#/visibleMs'],
  [{ token: 'x', visibleMs: 1.5 }, '#/visibleMs'],
  [{ token: 'x', visibleMs: 86_400_001 }, '#/visibleMs'],
])('%j breaks the schema at %s', async (body, pointer) => {
  const answer = await alice.post('/v1/impressions', body)
  expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed'])
  expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer)
})

test('without a post to stand beside there is no ad: 422', async () => {
  const answer = await alice.get('/v1/ads/next')
  expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed'])
})
