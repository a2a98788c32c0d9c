import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Member } from '../scripts/outside/member.ts'
import { atOnce, balanceOf, dollars, openScene, type Scene, send } from './scene.ts'

let scene: Scene
let alice: Member

beforeAll(async () => {
  scene = await openScene()
})

afterAll(() => scene?.close())

// Somebody new to receive, so that every test counts from zero.
beforeEach(async () => {
  alice = await scene.person('alice')
})

const statuses = (answers: { status: number }[]) => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

test('fifty simultaneous likes of one post by one member credit once', async () => {
  const bob = await scene.person('bob', dollars('1'))
  await bob.call('POST', '/v1/wallet/pledge', { amount: '1' })
  const post = await alice.call<{ id: string }>('POST', '/v1/posts', { kind: 'note', text: 'Like me once.' })

  const answers = await atOnce(50, () =>
    send(scene, 'PUT', `/v1/posts/${post.id}/like`, { token: bob.token }),
  )
  expect(statuses(answers)).toEqual({ 200: 50 })
  for (const { body } of answers)
    expect(body).toEqual({ liked: true, likes: 1, credited: '0.0005', unfunded: false })
  expect(await balanceOf(alice, 'pending')).toBe(500_000n)
  expect(await balanceOf(bob, 'pledge')).toBe(999_500_000n)
  const { rows } = await scene.database.query('select count(*)::int as n from receipts where post_id = $1', [
    post.id,
  ])
  expect(rows[0]).toEqual({ n: 1 })
  await scene.lawsHold()

  // Turned on and off by many hands at once, it ends as one of the two, and the money with it.
  await atOnce(40, (i) =>
    send(scene, i % 2 ? 'PUT' : 'DELETE', `/v1/posts/${post.id}/like`, { token: bob.token }),
  )
  const pending = await balanceOf(alice, 'pending')
  expect([0n, 500_000n]).toContain(pending)
  expect(await balanceOf(bob, 'pledge')).toBe(1_000_000_000n - pending)
  await scene.lawsHold()
})

test('two hundred simultaneous tips from a balance that covers twenty pay twenty', async () => {
  const bob = await scene.person('bob', dollars('5'))
  const answers = await atOnce(200, () =>
    send(scene, 'POST', '/v1/tips', {
      token: bob.token,
      key: randomUUID(),
      json: { memberId: alice.id, amount: '0.25' },
    }),
  )
  expect(statuses(answers)).toEqual({ 201: 20, 409: 180 })
  for (const { status, body } of answers) if (status === 409) expect(body.code).toBe('insufficient_funds')
  expect(await balanceOf(bob, 'available')).toBe(0n)
  // 2.5 % of 0.25 is 0.00625.
  expect(await balanceOf(alice, 'available')).toBe(20n * dollars('0.24375'))
  await scene.lawsHold()
})

test('fifty simultaneous withdrawals of the whole balance pay one', async () => {
  const bob = await scene.person('bob', dollars('7.5'))
  const before = await scene.chain.balanceOf(bob.wallet.address)
  const answers = await atOnce(50, () =>
    send(scene, 'POST', '/v1/wallet/withdrawals', {
      token: bob.token,
      key: randomUUID(),
      json: { amount: '7.5' },
    }),
  )
  expect(statuses(answers)).toEqual({ 202: 1, 409: 49 })
  await scene.lawsHold()

  const id: string = answers.find(({ status }) => status === 202)?.body.id
  await expect
    .poll(
      async () =>
        (await send(scene, 'GET', `/v1/wallet/withdrawals/${id}`, { token: bob.token })).body.status,
      {
        timeout: 30_000,
        interval: 200,
      },
    )
    .toBe('confirmed')
  expect((await scene.chain.balanceOf(bob.wallet.address)) - before).toBe(dollars('7.5'))
  expect(await balanceOf(bob, 'available')).toBe(0n)
  expect(await balanceOf(bob, 'withdrawing')).toBe(0n)
  await scene.lawsHold()
})

test('fifty simultaneous tips under one Idempotency-Key pay one, and all are told so', async () => {
  const bob = await scene.person('bob', dollars('5'))
  const key = randomUUID()
  const json = { memberId: alice.id, amount: '0.1', message: 'once' }
  const answers = await atOnce(50, () => send(scene, 'POST', '/v1/tips', { token: bob.token, key, json }))
  expect(statuses(answers)).toEqual({ 201: 50 })
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(49)
  // 2.5 % of 0.1 is 0.0025.
  expect(await balanceOf(alice, 'available')).toBe(dollars('0.0975'))
  expect(await balanceOf(bob, 'available')).toBe(dollars('4.9'))
  await scene.lawsHold()
})

test('everybody tipping everybody at the same time loses nothing and makes nothing', async () => {
  const people = [await scene.person('bob', dollars('1')), await scene.person('carol', dollars('1')), alice]
  const answers = await atOnce(150, (i) => {
    const [from, to] = [people[i % 3], people[(i + 1 + (i % 2)) % 3]]
    return send(scene, 'POST', '/v1/tips', {
      token: from?.token ?? '',
      key: randomUUID(),
      json: { memberId: to?.id, amount: '0.04' },
    })
  })
  const paid = answers.filter(({ status }) => status === 201).length
  expect(statuses(answers)).toEqual({ 201: paid, 409: 150 - paid })
  const balances = await Promise.all(people.map((one) => balanceOf(one, 'available')))
  // What is missing of the two dollars is the fee: 2.5 % of 0.04 is 0.001.
  expect(balances.reduce((sum, one) => sum + one)).toBe(dollars('2') - BigInt(paid) * dollars('0.001'))
  await scene.lawsHold()
})
