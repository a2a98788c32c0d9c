import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { bookDeposits, memberAccount, STREAMS, tellReactions } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { testChain } from '@rivulet/stack'
import { Wallet } from 'ethers'
import { afterAll, afterEach, expect, test } from 'vitest'
import { balance, fund } from '../../test/money.ts'
import { call, type Person, person } from '../../test/people.ts'
import { penOf } from '../../test/signing.ts'
import { world } from '../../test/world.ts'

const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())
const { app, deps } = await world({ CHAIN_RPC_URL: chain.rpcUrl })

/** Asks for what to sign, signs it and sends it; `change` what is sent. */
async function deletes(who: Person, change: object = {}, signer = who.wallet) {
  const { body } = await who.post('/v1/me/deletion')
  const { domain, message, types } = body.typedData
  const { EIP712Domain: _domain, ...own } = types
  const signature = await signer.signTypedData(domain, own, message)
  const sent = { nonce: message.nonce, deadline: message.deadline, signature, ...change }
  return call(app, 'DELETE', '/v1/me', sent, { authorization: `Bearer ${who.token}` })
}

const outcome = ({ status, body }: Awaited<ReturnType<typeof deletes>>) =>
  `${status} ${body?.code ?? ''}`.trim()
const anyone = (url: string) => call(app, 'GET', url)

/** The laws of the books that one database can tell: nothing is made or lost, and balances are the sums of transfers. */
async function booksAreSound() {
  const { rows } = await deps.db.pool.query(
    `select (select sum(balance)::text from ledger.account) as sum,
            (select count(*)::int from ledger.account a where a.balance <>
               coalesce((select sum(amount) from ledger.transfer where credit = a.id), 0)
               - coalesce((select sum(amount) from ledger.transfer where debit = a.id), 0)) as off`,
  )
  expect(rows[0]).toEqual({ sum: '0', off: 0 })
}
afterEach(booksAreSound)

test('alice deletes her account: who she was and what she wrote is gone, and the counters of others are right', async () => {
  const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
  const handle = `alice_${alice.id.slice(-8)}`
  await alice.patch('/v1/me', { handle, displayName: 'Alice', bio: 'Rivers.' })
  const pen = penOf(alice)
  const signed = await pen.writes({ text: 'my words' })
  const bobs = await bob.writes('water?')
  await alice.writes('yes', { replyTo: bobs.id })
  await carol.writes('no', { replyTo: bobs.id })
  for (const other of [bob, carol]) {
    await alice.put(`/v1/members/${other.id}/follow`)
    await other.put(`/v1/members/${alice.id}/follow`)
  }
  await alice.put(`/v1/posts/${bobs.id}/like`)
  await alice.put(`/v1/posts/${bobs.id}/bookmark`)
  const { body: key } = await alice.post('/v1/keys', { name: 'bot', scopes: ['read'] })

  expect(outcome(await deletes(alice))).toBe('204')
  for (const name of [alice.id, handle, alice.address])
    expect((await anyone(`/v1/members/${name}`)).status).toBe(404)
  expect((await alice.get('/v1/me')).status).toBe(401)
  expect((await call(app, 'GET', '/v1/me', undefined, { authorization: `Bearer ${key.key}` })).status).toBe(
    401,
  )
  expect((await anyone(`/v1/posts/${signed.id}`)).status).toBe(404)
  const left = await deps.db.pool.query("select text from posts where author_id = $1 and text <> ''", [
    alice.id,
  ])
  expect(left.rowCount).toBe(0)
  for (const other of [bob, carol])
    expect((await other.get('/v1/me')).body.counts).toMatchObject({ followers: 0, following: 0 })
  // Her like stays in the books, and her comment is gone from the thread.
  expect((await anyone(`/v1/posts/${bobs.id}`)).body.counts).toMatchObject({ likes: 1, comments: 1 })
  const taken = await bob.patch('/v1/me', { handle })
  expect([taken.status, taken.body.code]).toEqual([409, 'handle_taken'])
})

test('her wallet signs in again, to a blank account, and her chain goes on where it was', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const pen = penOf(alice)
  await pen.writes({ text: 'before' })
  await bob.put(`/v1/members/${alice.id}/block`)
  expect(outcome(await deletes(alice))).toBe('204')
  const again = await person(app, alice.wallet as never)
  expect((await again.get('/v1/me')).body).toMatchObject({
    ...{ address: alice.address, handle: null, displayName: '', bio: '' },
    counts: { followers: 0, following: 0, posts: 0 },
  })
  const log = (await anyone(`/v1/members/${again.id}/log`)).body.data
  expect(log).toMatchObject([{ seq: 0, hash: pen.prev, content: null }])
  expect(
    (await Object.assign(penOf(again), { seq: 1, prev: pen.prev }).writes({ text: 'after' })).signed.seq,
  ).toBe(1)
  // Bob's block of her is his, and stays.
  expect((await again.put(`/v1/members/${bob.id}/follow`)).body.code).toBe('blocked')
})

test('an account that holds something is not deleted, and is told what and what to do', async () => {
  const alice = await person(app)
  await fund(deps, alice.id, 'available', 2_500_000_000n)
  await fund(deps, alice.id, 'pending', 500_000n)
  const campaign = {
    title: 'Bread',
    body: 'Fresh.',
    url: 'https://bread.example',
    budget: '1',
    pricePerView: '0.01',
  }
  const { body: opened } = await alice.post('/v1/campaigns', campaign, { 'idempotency-key': 'campaign' })
  const refused = await deletes(alice)
  expect(outcome(refused)).toBe('409 account_not_empty')
  // biome-ignore lint/suspicious/noExplicitAny: the tests are what says which shape it has
  expect(refused.body.errors.map(({ detail }: any) => detail.split(':')[0])).toEqual([
    ...['available holds 1.5', 'pending holds 0.0005', `campaign ${opened.id} is open`],
  ])
  expect((await alice.get('/v1/me')).status).toBe(200)
})

test('a session is not enough: it takes a fresh signature of the wallet, over this deployment, once', async () => {
  const [alice, mallory] = [await person(app), await person(app)]
  expect(outcome(await deletes(alice, {}, mallory.wallet))).toBe('401 bad_signature')
  expect(outcome(await deletes(alice, { deadline: '1' }))).toBe('401 expired')
  expect(outcome(await deletes(alice, { deadline: '9999999999' }))).toBe('401 bad_signature')
  expect(outcome(await deletes(alice, { nonce: '0'.repeat(32) }))).toBe('401 nonce_used')
  expect((await call(app, 'DELETE', '/v1/me', {}, { authorization: `Bearer ${alice.token}` })).status).toBe(
    422,
  )
  const { body: key } = await alice.post('/v1/keys', { name: 'bot', scopes: ['read', 'post', 'act', 'pay'] })
  const byKey = await call(app, 'POST', '/v1/me/deletion', undefined, { authorization: `Bearer ${key.key}` })
  expect(byKey.body.code).toBe('insufficient_scope')
  expect((await alice.get('/v1/me')).status).toBe(200)
})

test('money that comes later is not lost: it waits where the wallet signs in', async () => {
  const alice = await person(app)
  expect(outcome(await deletes(alice))).toBe('204')
  const place = { chainId: 31337n, txHash: `0x${'ab'.repeat(32)}`, logIndex: 0, blockNumber: 7n }
  await withTransaction(deps.db.pool, (tx) =>
    bookDeposits(tx, deps.rules, [{ ...place, account: alice.address, amount: 2_000_000n }]),
  )
  // A refund names the account it came from.
  await fund(deps, (await person(app)).id, 'available', 1n)
  await withTransaction(deps.db.pool, async (tx) => {
    const refund = {
      debit: 'chain:reserve',
      credit: memberAccount(alice.id, 'available'),
      code: STREAMS.refund,
    }
    expect(
      await ledgerOf(tx).post([{ id: newId(), leg: 0, amount: amountOf(500_000_000n), ...refund }]),
    ).toEqual(['ok'])
  })
  expect((await anyone(`/v1/members/${alice.address}`)).status).toBe(404)
  const again = await person(app, alice.wallet as never)
  expect(again.id).toBe(alice.id)
  expect((await again.get('/v1/wallet')).body.available).toBe('2.5')
})

test('subscriptions end with it, those alice pays and those she is paid by', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  for (const [payer, receiver] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await fund(deps, payer.id, 'available', 1_000_000_000n - (await balance(deps, payer.id, 'available')))
    const wish = { memberId: receiver.id, amount: '1', interval: 'day' }
    const begun = await payer.post('/v1/subscriptions', wish, { 'idempotency-key': 'subscribe' })
    expect([begun.status, begun.body.status]).toEqual([201, 'active'])
  }
  // What bob paid her she gives back.
  const has = (await alice.get('/v1/wallet')).body.available
  const given = await alice.post('/v1/tips', { memberId: bob.id, amount: has }, { 'idempotency-key': 'tip' })
  expect([given.status, outcome(await deletes(alice))]).toEqual([201, '204'])
  const { rows } = await deps.db.pool.query(
    'select distinct status from subscriptions where payer_id = any($1) and receiver_id = any($1)',
    [[alice.id, bob.id]],
  )
  expect(rows).toEqual([{ status: 'cancelled' }])
})

test('twice at once is once', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  await alice.put(`/v1/members/${bob.id}/follow`)
  const answers = await Promise.all([deletes(alice), deletes(alice)])
  // Who comes second finds it done, or the session ended.
  for (const answer of answers) expect(['204', '401 unauthenticated']).toContain(outcome(answer))
  expect(answers.map(outcome)).toContain('204')
  expect((await bob.get('/v1/me')).body.counts.followers).toBe(0)
})

test('racing with a like, a tip, a follow, a post and a deposit: every nano is somewhere, and nobody is left half deleted', async () => {
  const bob = await person(app)
  await fund(deps, bob.id, 'available', 5_000_000_000n)
  await bob.post('/v1/wallet/pledge', { amount: '1' }, { 'idempotency-key': 'pledge' })
  for (let round = 0; round < 5; round++) {
    const alice = await person(app, new Wallet(Wallet.createRandom().privateKey) as never)
    const post = await alice.writes('hello')
    const [deleted, liked, tipped] = await Promise.all([
      deletes(alice),
      bob.put(`/v1/posts/${post.id}/like`),
      bob.post('/v1/tips', { memberId: alice.id, amount: '0.1' }, { 'idempotency-key': `tip ${round}` }),
      bob.put(`/v1/members/${alice.id}/follow`),
      alice.put(`/v1/members/${bob.id}/follow`),
      alice.post('/v1/posts', { kind: 'note', text: 'one more' }),
      fund(deps, alice.id, 'available', round % 2 ? 1_000n : 2_000n),
    ])
    const gone = outcome(deleted) === '204'
    if (!gone) expect(outcome(deleted)).toBe('409 account_not_empty')
    const again = gone ? await person(app, alice.wallet as never) : alice
    const net = tipped.status === 201 ? 97_500_000n : 0n
    const like = liked.body.credited === '0.0005' ? 500_000n : 0n
    expect(await balance(deps, again.id, 'available')).toBe(net + (round % 2 ? 1_000n : 2_000n))
    expect(await balance(deps, again.id, 'pending')).toBe(like)
    const { counts } = (await again.get('/v1/me')).body
    const follows = await deps.db.pool.query(
      `select (select count(*)::int from follows where followee_id = $1) as followers,
              (select count(*)::int from follows where follower_id = $1) as following,
              (select count(*)::int from posts where author_id = $1 and deleted_at is null) as posts`,
      [again.id],
    )
    expect(counts).toEqual(follows.rows[0])
    if (gone) expect(counts.posts).toBe(0)
  }
})

test('what alice was told of likes goes with her account, and what was counted in it', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const post = await alice.writes('likeable')
  await bob.put(`/v1/posts/${post.id}/like`)
  await withTransaction(deps.db.pool, (tx) => tellReactions(tx, { limit: 1_000 }))
  const counted = async () =>
    (
      await deps.db.pool.query(
        'select from told_reactions t join interactions i on i.id = t.interaction_id where i.post_id = $1',
        [post.id],
      )
    ).rowCount
  expect(await counted()).toBe(1)
  expect(outcome(await deletes(alice))).toBe('204')
  expect(await counted()).toBe(0)
  expect(
    (await deps.db.pool.query('select from notifications where member_id = $1', [alice.id])).rowCount,
  ).toBe(0)
})
