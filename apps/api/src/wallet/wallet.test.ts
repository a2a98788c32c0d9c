import { parseAmount } from '@rivulet/ledger'
import { beforeAll, expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world({ MIN_WITHDRAWAL: '1' })
let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await person(app)
  bob = await person(app)
  await fund(deps, alice.id, 'available', 10_000_000_000n)
})

const key = (name: string) => ({ 'idempotency-key': name })
type Entry = {
  account: string
  stream: string
  amount: string
  balanceAfter: string
  ref: { type: string; id: string }
}
const told = (entries: Entry[]) =>
  entries.map((e) => `${e.account} ${e.stream} ${e.amount} → ${e.balanceAfter} (${e.ref.type})`)

test('a newcomer has nothing, in every account', async () => {
  expect((await bob.get('/v1/wallet')).body).toEqual({
    available: '0',
    pending: '0',
    budget: '0',
    pledge: '0',
    withdrawing: '0',
    owed: '0',
    earnedTotal: '0',
  })
})

test('pledge, like, unlike, tip: the wallets and both statements tell the story', async () => {
  const pledged = await alice.post('/v1/wallet/pledge', { amount: '1' }, key('p'))
  expect([pledged.status, pledged.body.available, pledged.body.pledge]).toEqual([200, '9', '1'])
  const { id } = await bob.writes('hello')
  const liked = { liked: true, likes: 1, credited: '0.0005', unfunded: false }
  expect((await alice.put(`/v1/posts/${id}/like`)).body).toEqual(liked)
  expect((await alice.put(`/v1/posts/${id}/like`)).body).toEqual(liked)
  expect((await alice.delete(`/v1/posts/${id}/like`)).body).toEqual({
    ...liked,
    liked: false,
    likes: 0,
    credited: '0',
  })
  expect((await alice.put(`/v1/posts/${id}/like`)).body).toEqual(liked)
  await alice.post('/v1/tips', { postId: id, amount: '2' }, key('t'))
  expect((await alice.delete('/v1/wallet/pledge')).body).toMatchObject({ pledge: '0', available: '7.9995' })

  expect((await bob.get('/v1/wallet')).body).toMatchObject({
    available: '1.95',
    pending: '0.0005',
    earnedTotal: '1.9505',
  })
  expect(told((await bob.get('/v1/wallet/entries')).body.data)).toEqual([
    'available tip 1.95 → 1.95 (tip)',
    'pending like 0.0005 → 0.0005 (receipt)',
    'pending like -0.0005 → 0 (receipt)',
    'pending like 0.0005 → 0.0005 (receipt)',
  ])
  expect(told((await alice.get('/v1/wallet/entries')).body.data)).toEqual([
    'available pledge 0.9995 → 7.9995 (pledge)',
    'pledge pledge -0.9995 → 0 (pledge)',
    'available fee -0.05 → 7 (tip)',
    'available tip -1.95 → 7.05 (tip)',
    'pledge like -0.0005 → 0.9995 (receipt)',
    'pledge like 0.0005 → 1 (receipt)',
    'pledge like -0.0005 → 0.9995 (receipt)',
    'available pledge -1 → 9 (pledge)',
    'pledge pledge 1 → 1 (pledge)',
    'available deposit 10 → 10 (deposit)',
  ])
})

test('a reversal names the receipt it takes back', async () => {
  const entries: Entry[] = (await bob.get('/v1/wallet/entries')).body.data
  const [, second, reversal, first] = entries
  expect(reversal?.ref).toEqual(first?.ref)
  expect(second?.ref).not.toEqual(first?.ref)
})

test('paged one by one, with money moving meanwhile, the statement is the one the first page began', async () => {
  const whole: Entry[] = (await alice.get('/v1/wallet/entries?limit=100')).body.data
  const walked: Entry[] = []
  let next: string | null = ''
  while (next !== null) {
    const page = await alice.get(`/v1/wallet/entries?limit=1${next && `&cursor=${next}`}`)
    walked.push(...page.body.data)
    next = page.body.nextCursor
    expect(page.headers.link).toBe(
      next === null
        ? undefined
        : `<https://rivulet.test/v1/wallet/entries?limit=1&cursor=${next}>; rel="next"`,
    )
    if (walked.length === 3) await fund(deps, alice.id, 'available', 1_000_000_000n)
  }
  expect(walked).toEqual(whole)
})

test('pledges at once are each answered with the wallet right after it', async () => {
  const carol = await person(app)
  await fund(deps, carol.id, 'available', 10_000_000_000n)
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      carol.post('/v1/wallet/pledge', { amount: '1' }, key(`at once ${i}`)),
    ),
  )
  expect(answers.map((a) => `${a.body.available} ${a.body.pledge}`).sort()).toEqual([
    '0 10',
    '1 9',
    '2 8',
    '3 7',
    '4 6',
    '5 5',
    '6 4',
    '7 3',
    '8 2',
    '9 1',
  ])
})

test('a comment deleted after the post above it was: its credit comes back all the same', async () => {
  const carol = await person(app)
  await fund(deps, carol.id, 'pledge', 1_000_000n)
  const { id } = await bob.writes('soon gone')
  const comment = await carol.writes('a reply', { replyTo: id })
  expect(comment.credited).toBe('0.001')
  await bob.delete(`/v1/posts/${id}`)
  expect((await carol.delete(`/v1/posts/${comment.id}`)).status).toBe(204)
  expect((await carol.get('/v1/wallet')).body.pledge).toBe('0.001')
})

test("somebody else's cursor, a changed one, and one of another list are refused", async () => {
  const mine = (await alice.get('/v1/wallet/entries?limit=1')).body.nextCursor as string
  const refused = [
    await bob.get(`/v1/wallet/entries?cursor=${mine}`),
    await alice.get(`/v1/wallet/entries?cursor=${mine.slice(0, -2)}`),
    await alice.get(`/v1/wallet/withdrawals?cursor=${mine}`),
    await alice.get(`/v1/wallet/entries?cursor=${'A'.repeat(5_000)}`),
  ]
  expect(refused.map((a) => [a.status, a.body.code])).toEqual(refused.map(() => [400, 'invalid_cursor']))
})

test('the deposit instructions name the vault, the token and the member', async () => {
  expect((await alice.get('/v1/wallet/deposit-instructions')).body).toEqual({
    chainId: 31337,
    vault: `0x${'11'.repeat(20)}`,
    token: `0x${'22'.repeat(20)}`,
    member: alice.address,
  })
})

test('a withdrawal is requested once a key, seen by its member alone, and cancelled', async () => {
  const wish = { amount: '2.5' }
  const requested = await bob.post('/v1/wallet/withdrawals', wish, key('w'))
  expect([requested.status, requested.body.code]).toEqual([409, 'insufficient_funds'])
  const first = await alice.post('/v1/wallet/withdrawals', wish, key('w'))
  const { id } = first.body
  expect(first.status).toBe(202)
  expect(first.body).toEqual({
    id,
    status: 'requested',
    amount: '2.5',
    to: alice.address,
    lane: 'push',
    txHash: null,
    epoch: null,
  })
  expect((await alice.post('/v1/wallet/withdrawals', wish, key('w'))).body).toEqual(first.body)
  expect((await alice.get('/v1/wallet')).body.withdrawing).toBe('2.5')

  for (const answer of [
    await bob.get(`/v1/wallet/withdrawals/${id}`),
    await bob.delete(`/v1/wallet/withdrawals/${id}`),
  ])
    expect([answer.status, answer.body.code]).toEqual([404, 'withdrawal_not_found'])
  expect((await bob.get('/v1/wallet/withdrawals')).body).toEqual({ data: [], nextCursor: null })

  expect((await alice.delete(`/v1/wallet/withdrawals/${id}`)).body).toMatchObject({ id, status: 'cancelled' })
  expect((await alice.delete(`/v1/wallet/withdrawals/${id}`)).body).toMatchObject({ id, status: 'cancelled' })
  expect((await alice.get('/v1/wallet')).body.withdrawing).toBe('0')
  expect((await alice.get('/v1/wallet/withdrawals')).body.data).toMatchObject([{ id, status: 'cancelled' }])
})

test.each([
  [{ to: `0x${'0'.repeat(40)}` }, 'invalid_recipient', '#/to'],
  [{ to: `0x${'11'.repeat(20)}` }, 'invalid_recipient', '#/to'],
  [{ to: `0x${'22'.repeat(20)}` }, 'invalid_recipient', '#/to'],
  [{ to: `0x${'33'.repeat(20)}` }, 'recipient_not_own', '#/to'],
  [{ to: 'alice.eth' }, 'validation_failed', '#/to'],
  [{ amount: '0.999999' }, 'below_minimum', '#/amount'],
  [{ amount: '1.0000001' }, 'too_many_places', '#/amount'],
  [{ amount: '1e3' }, 'validation_failed', '#/amount'],
  [{ lane: 'fast' }, 'validation_failed', '#/lane'],
  [{ lane: 'pull', to: `0x${'33'.repeat(20)}` }, 'recipient_not_own', '#/to'],
  [{ note: 'x' }, 'validation_failed', '#/note'],
])('a withdrawal with %j is refused: %s at %s', async (change, code, pointer) => {
  const before = (await alice.get('/v1/wallet')).body
  const answer = await alice.post(
    '/v1/wallet/withdrawals',
    { amount: '2', ...change },
    key(JSON.stringify(change)),
  )
  expect([answer.status, answer.body.code, answer.body.errors?.[0].pointer]).toEqual([422, code, pointer])
  const again = await alice.post(
    '/v1/wallet/withdrawals',
    { amount: '2', ...change },
    key(JSON.stringify(change)),
  )
  expect({ ...again.body, requestId: '' }).toEqual({ ...answer.body, requestId: '' })
  expect((await alice.get('/v1/wallet')).body).toEqual(before)
})

test('the sums of the books add up, for anybody', async () => {
  const { body } = await app.inject('/v1/transparency').then((a) => ({ body: a.json() }))
  const nano = (text: string) => {
    const parsed = parseAmount(text)
    if (!parsed.ok) throw new Error(text)
    return parsed.amount
  }
  expect(nano(body.reserves)).toBe(nano(body.liabilities) + nano(body.inFlight) + nano(body.surplus))
  expect(body.reserves).toBe('21.001')
})
