import { ok, ProblemError, signInMessage, withdrawTo } from '@rivulet/sdk'
import { Wallet } from 'ethers'
import { SiweMessage } from 'siwe'
import { expect, test } from 'vitest'
import { fund } from './money.ts'
import { clientOf, person } from './people.ts'
import { world } from './world.ts'

const { app, deps } = await world()
const FIVE = 5_000_000_000n

test('alice signs in with her wallet, and is who she says from then on', async () => {
  const client = clientOf(app)
  expect((await client.GET('/v1/me')).error?.code).toBe('unauthenticated')
  const wallet = Wallet.createRandom()
  const { member, exitSecret } = await client.signIn(wallet)
  expect(member.address).toBe(wallet.address)
  expect(exitSecret).toMatch(/^0x[0-9a-f]{64}$/)
  expect(ok(await client.GET('/v1/me')).id).toBe(member.id)
  expect((await client.signIn(wallet)).exitSecret).toBeUndefined()
  client.token = null
  expect((await client.GET('/v1/me')).response.status).toBe(401)
})

test('what a wallet signs is what EIP-4361 says, read by another implementation', () => {
  const { address } = Wallet.createRandom()
  const issuedAt = new Date('2026-11-28T12:00:00Z')
  const given = {
    domain: 'rivulet.test:8443',
    uri: 'https://rivulet.test:8443',
    chainId: 8453,
    nonce: 'abcdefgh1234',
  }
  const text = signInMessage({ ...given, address, issuedAt, statement: 'I sign in.' })
  expect(new SiweMessage(text)).toMatchObject({
    ...{ ...given, address, version: '1', statement: 'I sign in.', issuedAt: issuedAt.toISOString() },
  })
  expect(new SiweMessage(text).prepareMessage()).toBe(text)
})

test('a list is read to its end, whatever the size of its pages, and no further than it is read', async () => {
  const alice = await person(app)
  const posts = []
  for (let i = 0; i < 7; i++) posts.unshift((await alice.writes(`note ${i}`)).id)
  for (const limit of [1, 3, 7, 100]) {
    const read = []
    const all = alice.client.pages('/v1/members/{id}/posts', { path: { id: alice.id }, query: { limit } })
    for await (const post of all) read.push(post.id)
    expect(read).toEqual(posts)
  }
  const [first] = posts
  for await (const post of alice.client.pages('/v1/feeds/latest', { query: { limit: 2 } })) {
    expect(post.id).toBe(first)
    break
  }
  await expect(
    alice.client.pages('/v1/members/{id}/posts', { path: { id: 'nobody-at-all' } }).next(),
  ).rejects.toMatchObject({ name: 'ProblemError', code: 'member_not_found', status: 404 })
})

test('a tip that is sent again by its own name is given once', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  await fund(deps, alice.id, 'available', FIVE)
  const tip = () =>
    alice.client.POST('/v1/tips', {
      body: { memberId: bob.id, amount: '2' },
      params: { header: { 'idempotency-key': 'for bob, on friday' } },
    })
  const [first, second] = [ok(await tip()), ok(await tip())]
  expect(second).toEqual(first)
  expect(first.amount).toBe('2')
  expect(ok(await alice.client.GET('/v1/wallet')).available).toBe('3')
  // Unnamed, they are two wishes.
  for (let i = 0; i < 2; i++)
    ok(await alice.client.POST('/v1/tips', { body: { memberId: bob.id, amount: '1' } }))
  expect(ok(await alice.client.GET('/v1/wallet')).available).toBe('1')
  const refused = await alice.client.POST('/v1/tips', { body: { memberId: bob.id, amount: '2' } })
  expect(refused.error?.code).toBe('insufficient_funds')
  expect(() => ok(refused)).toThrow(ProblemError)
})

test('a withdrawal to another address is signed by the wallet, and for no other address', async () => {
  const alice = await person(app)
  await fund(deps, alice.id, 'available', FIVE)
  const to = Wallet.createRandom().address
  const withdrawal = await withdrawTo(alice.client, alice.wallet, { amount: '2', to })
  expect(withdrawal).toMatchObject({ status: 'held', amount: '2', to })

  const thief = Wallet.createRandom().address
  const swapped = {
    async POST(path: string, options: object) {
      const answer = await (alice.client.POST as (path: string, options: object) => Promise<Quoted>)(
        path,
        options,
      )
      if (path.endsWith('quote')) answer.data.typedData.message.to = thief
      return answer
    },
  }
  await expect(withdrawTo(swapped as never, alice.wallet, { amount: '1', to })).rejects.toThrow(thief)
})

type Quoted = { data: { typedData: { message: { to: string } } } }
