import { beforeAll, expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { call, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await person(app)
  bob = await person(app)
  await fund(deps, alice.id, 'available', 10_000_000_000n)
  await fund(deps, alice.id, 'pledge', 1_000_000_000n)
})

const chartOf = async (who: Person, query = '') => (await who.get(`/v1/wallet/earnings${query}`)).body

/** Writes down what an earlier hour left; streams by the number the books know them by. */
async function history(who: Person, day: string, hour: number, stream: number, nano: bigint) {
  await deps.db.pool.query(
    `insert into earnings (member_id, stream, day, total, hours)
     select $1, $2, $3, $4::bigint, array_agg(case when h = $5 then $4::bigint else 0 end order by h)
     from generate_series(0, 23) as h`,
    [who.id, stream, day, nano, hour],
  )
}

test('a newcomer sees thirty empty days, the last of them today', async () => {
  const before = new Date().toISOString().slice(0, 10)
  const answer = await bob.get('/v1/wallet/earnings')
  const after = new Date().toISOString().slice(0, 10)
  expect(answer.status).toBe(200)
  expect(answer.headers['cache-control']).toBe('private, no-store')
  expect(answer.body).toEqual({ buckets: expect.any(Array), series: [], total: '0' })
  expect(answer.body.buckets).toHaveLength(30)
  expect([before, after]).toContain(answer.body.buckets.at(-1).slice(0, 10))
  expect((await chartOf(bob, '?bucket=hour')).buckets).toHaveLength(24)
})

test('liked, commented and tipped, bob sees it at once, and nobody else does', async () => {
  const { id } = await bob.writes('hello')
  await alice.put(`/v1/posts/${id}/like`)
  await alice.writes('a reply', { replyTo: id })
  await alice.post('/v1/tips', { postId: id, amount: '1' }, { 'idempotency-key': 't' })
  for (const bucket of ['hour', 'day']) {
    const chart = await chartOf(bob, `?bucket=${bucket}`)
    const told = chart.series.map((s: { stream: string; values: string[] }) => [
      s.stream,
      s.values.length,
      ...s.values.filter((value) => value !== '0'),
    ])
    const width = chart.buckets.length
    expect(told).toEqual([
      ['like', width, '0.0005'],
      ['comment', width, '0.001'],
      ['tip', width, '0.975'],
    ])
    expect(chart.total).toBe('0.9765')
    expect(chart.total).toBe((await bob.get('/v1/wallet')).body.earnedTotal)
  }
  expect(await chartOf(alice)).toMatchObject({ series: [], total: '0' })
  const stranger = await call(app, 'GET', '/v1/wallet/earnings')
  expect([stranger.status, stranger.body.code]).toEqual([401, 'unauthenticated'])
  const asking = await alice.get(`/v1/wallet/earnings?memberId=${bob.id}`)
  expect([asking.status, asking.body.code]).toEqual([422, 'validation_failed'])
})

test('a winter by day and by hour, in any offset, negative where more was taken back', async () => {
  const carol = await person(app)
  await history(carol, '2026-01-31', 23, 2, 1_500_000n)
  await history(carol, '2026-02-01', 0, 2, -500_000n)
  await history(carol, '2026-02-01', 12, 6, 97_500_000n)
  const days = { from: '2026-01-30T12:00:00Z', to: '2026-02-02T00:00:00Z' }
  expect(await chartOf(carol, `?${new URLSearchParams(days)}`)).toEqual({
    buckets: ['2026-01-30T00:00:00.000Z', '2026-01-31T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    series: [
      { stream: 'like', values: ['0', '0.0015', '-0.0005'] },
      { stream: 'tip', values: ['0', '0', '0.0975'] },
    ],
    total: '0.0985',
  })
  const hours = { bucket: 'hour', from: '2026-02-01T00:30:00+01:00', to: '2026-02-01T02:00:00+01:00' }
  expect(await chartOf(carol, `?${new URLSearchParams(hours)}`)).toEqual({
    buckets: ['2026-01-31T23:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    series: [{ stream: 'like', values: ['0.0015', '-0.0005'] }],
    total: '0.001',
  })
})

test('a thousand buckets are answered, and one more is not', async () => {
  const most = '?bucket=hour&from=2026-01-01T00:00:00Z&to=2026-02-11T16:00:00Z'
  expect((await chartOf(alice, most)).buckets).toHaveLength(1_000)
  const refused = await alice.get(`/v1/wallet/earnings${most.replace('16:00:00Z', '16:00:01Z')}`)
  expect([refused.status, refused.body.code]).toEqual([422, 'validation_failed'])
  expect(refused.body.errors).toEqual([
    {
      pointer: '#/from',
      detail:
        'begins a range of 1001 buckets, and 1000 at most are answered: ask for a shorter range, or bucket=day',
    },
  ])
  const days = await alice.get('/v1/wallet/earnings?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z')
  expect(days.body.errors[0].detail).toBe(
    'begins a range of 2192 buckets, and 1000 at most are answered: ask for a shorter range',
  )
})

test.each([
  ['bucket=week', '#/bucket', 'must be hour or day'],
  ['from=yesterday', '#/from', 'must be a time (RFC 3339)'],
  ['from=2026-01-01', '#/from', 'must be a time (RFC 3339)'],
  ['from=2026-02-30T00:00:00Z', '#/from', 'must be a time (RFC 3339)'],
  ['to=2026-01-01T00:00:00+01:00', '#/to', 'write the + of an offset as %2B'],
  ['to=1969-12-31T23:59:59Z', '#/to', 'since 1970'],
  ['to=9999-12-31T23:59:59-23:59', '#/to', 'must be a time (RFC 3339)'],
  ['from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z', '#/from', 'must be before `to`'],
  ['from=9999-01-01T00:00:00Z', '#/from', 'must be before `to`, which is now unless given'],
])('%s is refused at %s', async (query, pointer, detail) => {
  const answer = await alice.get(`/v1/wallet/earnings?${query}`)
  expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed'])
  expect(answer.body.errors).toEqual([{ pointer, detail: expect.stringContaining(detail) }])
})
