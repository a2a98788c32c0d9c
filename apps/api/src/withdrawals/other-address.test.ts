import { withTransaction } from '@rivulet/db'
import { releaseHeld } from '@rivulet/economy'
import { testChain } from '@rivulet/stack'
import { type TypedDataField, Wallet } from 'ethers'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { deploy, ownedBy } from '../../test/contract.ts'
import { fund } from '../../test/money.ts'
import { call, newNonce, type Person, person, signInMessage } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())
const { app, deps, database } = await world({
  CHAIN_RPC_URL: chain.rpcUrl,
  CHAIN_ID: String(chain.chainId),
  VAULT_ADDRESS: chain.vault,
  TOKEN_ADDRESS: chain.token,
  WITHDRAWAL_HOLD_SECONDS: '3600',
})

let alice: Person
let carol: string
beforeEach(async () => {
  alice = await person(app)
  await fund(deps, alice.id, 'available', 10_000_000_000n)
  carol = Wallet.createRandom().address
})

let keys = 0
const key = () => ({ 'idempotency-key': `wish ${++keys}` })
const QUOTE = '/v1/wallet/withdrawals/quote'
const WITHDRAWALS = '/v1/wallet/withdrawals'

// biome-ignore lint/suspicious/noExplicitAny: as it came over HTTP
type TypedData = any
type Signs = { signTypedData: Wallet['signTypedData'] }

/** Signs typed data as a wallet does that is given it. */
function sign(by: Signs, { domain, types, message }: TypedData): Promise<string> {
  const { EIP712Domain: _, ...own } = types as Record<string, TypedDataField[]>
  return by.signTypedData(domain, own, message)
}

async function quote(of: Person, amount: string, to: string): Promise<TypedData> {
  const answer = await of.post(QUOTE, { amount, to })
  expect([answer.status, answer.body.code]).toEqual([200, undefined])
  return answer.body.typedData
}

/** What alice is answered, and what she has then. */
async function asks(body: object, of = alice) {
  const { status, body: answer } = await of.post(WITHDRAWALS, body, key())
  return `${status} ${answer.code ?? answer.status}${answer.errors ? ` at ${answer.errors[0].pointer}` : ''}`
}
const available = async (of = alice) => (await of.get('/v1/wallet')).body.available
const told = async (of = alice) =>
  (await of.get('/v1/notifications?limit=100')).body.data.map((one: TypedData) => one.body.status).reverse()
const release = () => withTransaction(deps.db.pool, (tx) => releaseHeld(tx))
const holdPasses = (id: string) =>
  deps.db.pool.query('update withdrawals set held_until = now() where id = $1', [id])

test('alice signs what she is handed: held the first time, and not the second', async () => {
  const answer = await alice.post(QUOTE, { amount: '2.5', to: carol.toLowerCase() })
  const { typedData, expiresAt } = answer.body
  expect(typedData).toEqual({
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      Withdrawal: [
        { name: 'account', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'amount', type: 'uint256' },
        { name: 'nonce', type: 'bytes32' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Withdrawal',
    domain: { name: 'Rivulet', version: '1', chainId: chain.chainId, verifyingContract: chain.vault },
    message: {
      ...{ account: alice.address, to: carol, amount: '2500000' },
      nonce: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      deadline: String(Date.parse(expiresAt) / 1000),
    },
  })
  const lives = Date.parse(expiresAt) - Date.now()
  expect(lives).toBeGreaterThan(560_000)
  expect(lives).toBeLessThanOrEqual(600_000)

  const signature = await sign(alice.wallet, typedData)
  const held = await alice.post(WITHDRAWALS, { amount: '2.5', to: carol, signature }, key())
  expect([held.status, held.body]).toEqual([
    202,
    {
      ...{
        id: held.body.id,
        status: 'held',
        amount: '2.5',
        to: carol,
        lane: 'push',
        txHash: null,
        epoch: null,
      },
      heldUntil: expect.any(String),
    },
  ])
  expect(Date.parse(held.body.heldUntil) - Date.now()).toBeGreaterThan(3_500_000)
  expect(await available()).toBe('7.5')

  // While that one is held, the address is no more known than before.
  const again = await asks({
    ...{ amount: '1', to: carol, signature: await sign(alice.wallet, await quote(alice, '1', carol)) },
  })
  expect(again).toBe('202 held')

  await holdPasses(held.body.id)
  expect(await release()).toBe(1)
  const now = (await alice.get(`${WITHDRAWALS}/${held.body.id}`)).body
  expect([now.status, 'heldUntil' in now]).toEqual(['requested', false])
  expect(
    await asks({
      ...{ amount: '3', to: carol, signature: await sign(alice.wallet, await quote(alice, '3', carol)) },
    }),
  ).toBe('202 requested')
  expect(await told()).toEqual(['held', 'held', 'requested', 'requested'])
})

test('while it is held she takes it back: it was not she who had asked for it', async () => {
  const typedData = await quote(alice, '10', carol)
  const signature = await sign(alice.wallet, typedData)
  const { id } = (await alice.post(WITHDRAWALS, { amount: '10', to: carol, signature }, key())).body
  expect((await alice.delete(`${WITHDRAWALS}/${id}`)).body.status).toBe('cancelled')
  expect(await available()).toBe('10')
  await holdPasses(id)
  expect(await release()).toBe(0)
  expect(await told()).toEqual(['held', 'cancelled'])
  // Its quote is used up, and the address no better known.
  expect(await asks({ amount: '10', to: carol, signature })).toBe('401 nonce_used at #/signature')
  expect(
    await asks({
      amount: '10',
      to: carol,
      signature: await sign(alice.wallet, await quote(alice, '10', carol)),
    }),
  ).toBe('202 held')
})

test('what is not hers, or not this, is no signature of it', async () => {
  const bob = await person(app)
  await fund(deps, bob.id, 'available', 10_000_000_000n)
  const typedData = await quote(alice, '2', carol)
  const signature = await sign(alice.wallet, typedData)
  const bobs = await quote(bob, '2', carol)
  const changed = (part: 'domain' | 'message', change: object) =>
    sign(alice.wallet, { ...typedData, [part]: { ...typedData[part], ...change } })
  const dave = Wallet.createRandom().address
  const wish = { amount: '2', to: carol }
  const no = '401 bad_signature at #/signature'
  const tries: [what: string, body: object, answer: string][] = [
    ['by another key', { ...wish, signature: await sign(bob.wallet, typedData) }, no],
    ['of bob by bob', { ...wish, signature: await sign(bob.wallet, bobs) }, no],
    ['of bob by alice', { ...wish, signature: await sign(alice.wallet, bobs) }, no],
    ['for bob', { ...wish, signature: await changed('message', { account: bob.address }) }, no],
    ['another amount signed', { ...wish, signature: await changed('message', { amount: '3000000' }) }, no],
    ['another amount asked', { ...wish, amount: '3', signature }, no],
    ['another address signed', { ...wish, signature: await changed('message', { to: dave }) }, no],
    ['another address asked', { ...wish, to: dave, signature }, no],
    [
      'another nonce',
      { ...wish, signature: await changed('message', { nonce: `0x${'07'.repeat(32)}` }) },
      no,
    ],
    ['a later deadline', { ...wish, signature: await changed('message', { deadline: '9999999999' }) }, no],
    ['another chain', { ...wish, signature: await changed('domain', { chainId: 1 }) }, no],
    [
      'another vault',
      { ...wish, signature: await changed('domain', { verifyingContract: chain.token }) },
      no,
    ],
    ['another app', { ...wish, signature: await changed('domain', { name: 'Rivulets' }) }, no],
    ['another version', { ...wish, signature: await changed('domain', { version: '2' }) }, no],
    ['no hex', { ...wish, signature: 'yes, I mean it' }, no],
    ['zeros', { ...wish, signature: `0x${'00'.repeat(65)}` }, no],
    ['none', wish, '422 recipient_not_own at #/to'],
    ['to be claimed', { ...wish, signature, lane: 'pull' }, '422 recipient_not_own at #/to'],
    ['too fine', { ...wish, amount: '2.0000001', signature }, '422 too_many_places at #/amount'],
  ]
  for (const [what, body, answer] of tries) expect([what, await asks(body)]).toEqual([what, answer])
  expect(await asks({ ...wish, signature }, bob)).toBe(no)
  expect([await available(), await available(bob)]).toEqual(['10', '10'])
  // None of that has used hers up.
  expect(await asks({ ...wish, signature })).toBe('202 held')
})

test('a quote is over after its deadline, and the eleventh newest is not known any more', async () => {
  const typedData = await quote(alice, '2', carol)
  const { nonce } = typedData.message
  await deps.db.pool.query(
    `update withdrawal_quotes set expires_at = expires_at - interval '600 seconds' where nonce = $1`,
    [Buffer.from(nonce.slice(2), 'hex')],
  )
  // What she would have signed ten minutes ago.
  const message = { ...typedData.message, deadline: String(Number(typedData.message.deadline) - 600) }
  const late = await sign(alice.wallet, { ...typedData, message })
  expect(await asks({ amount: '2', to: carol, signature: late })).toBe('401 expired at #/signature')

  const signatures: string[] = []
  for (let i = 0; i < 10; i++) signatures.push(await sign(alice.wallet, await quote(alice, '1', carol)))
  expect(await asks({ amount: '2', to: carol, signature: late })).toBe('401 bad_signature at #/signature')
  const answers = []
  for (const signature of signatures) answers.push(await asks({ amount: '1', to: carol, signature }))
  expect(answers).toEqual(signatures.map(() => '202 held'))
  expect(await available()).toBe('0')
})

test('fifty requests at once with one quote: one withdrawal, and the others are told', async () => {
  const signature = await sign(alice.wallet, await quote(alice, '1', carol))
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => asks({ amount: '1', to: carol, signature })),
  )
  expect(answers.toSorted()).toEqual(['202 held', ...Array(49).fill('401 nonce_used at #/signature')])
  expect(await available()).toBe('9')
  expect((await alice.get(WITHDRAWALS)).body.data).toHaveLength(1)
})

test('sent again under its Idempotency-Key it is the same one, also when its quote is long gone', async () => {
  const signature = await sign(alice.wallet, await quote(alice, '2', carol))
  const wish = { amount: '2', to: carol, signature }
  const once = key()
  const first = await alice.post(WITHDRAWALS, wish, once)
  await deps.db.pool.query('delete from withdrawal_quotes where member_id = $1', [alice.id])
  const second = await alice.post(WITHDRAWALS, wish, once)
  expect([second.status, second.headers['idempotent-replayed'], second.body]).toEqual([
    202,
    'true',
    first.body,
  ])
  expect(await available()).toBe('8')
})

test('what is refused for lack of money has not used the quote up', async () => {
  const signature = await sign(alice.wallet, await quote(alice, '12', carol))
  expect(await asks({ amount: '12', to: carol, signature })).toBe('409 insufficient_funds')
  await fund(deps, alice.id, 'available', 2_000_000_000n)
  expect(await asks({ amount: '12', to: carol, signature })).toBe('202 held')
})

test('a wallet that is a contract signs by its own word (EIP-1271)', async () => {
  const owner = Wallet.createRandom()
  const address = await deploy(chain, ownedBy(owner.address))
  const message = signInMessage(address, await newNonce(app), { chainId: chain.chainId })
  const signIn = await call(app, 'POST', '/v1/auth/verify', {
    message,
    signature: await owner.signMessage(message),
  })
  expect(signIn.body.member.address).toBe(address)
  const { token, member } = signIn.body
  const safe: Person = {
    ...alice,
    ...{ id: member.id, address, token },
    get: (url) => call(app, 'GET', url, undefined, { authorization: `Bearer ${token}` }),
    post: (url, body, headers) =>
      call(app, 'POST', url, body, { authorization: `Bearer ${token}`, ...headers }),
  }
  await fund(deps, safe.id, 'available', 5_000_000_000n)
  const older = await quote(safe, '2', carol)
  const newer = await quote(safe, '2', carol)
  expect(older.message.account).toBe(address)
  const wish = { amount: '2', to: carol }
  expect(await asks({ ...wish, signature: await sign(alice.wallet, newer) }, safe)).toBe(
    '401 bad_signature at #/signature',
  )
  for (const typedData of [older, newer]) {
    const signature = await sign(owner, typedData)
    expect(await asks({ ...wish, signature }, safe)).toBe('202 held')
    expect(await asks({ ...wish, signature }, safe)).toBe('401 nonce_used at #/signature')
  }
  expect(await available(safe)).toBe('1')
})

test.each([
  [{ to: `0x${'0'.repeat(40)}` }, 'invalid_recipient', '#/to'],
  [{ to: chain.vault }, 'invalid_recipient', '#/to'],
  [{ to: chain.token }, 'invalid_recipient', '#/to'],
  [{ to: '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' }, 'validation_failed', '#/to'],
  [{ to: undefined }, 'validation_failed', '#/to'],
  [{ lane: 'pull' }, 'recipient_not_own', '#/to'],
  [{ amount: '0.5' }, 'below_minimum', '#/amount'],
  [{ amount: '1.0000001' }, 'too_many_places', '#/amount'],
  [{ amount: '0' }, 'validation_failed', '#/amount'],
])('no quote with %j: %s at %s', async (change, code, pointer) => {
  const { status, body } = await alice.post(QUOTE, { amount: '2', to: carol, ...change })
  expect([status, body.code, body.errors?.[0].pointer]).toEqual([422, code, pointer])
  const { rows } = await deps.db.pool.query('select from withdrawal_quotes where member_id = $1', [alice.id])
  expect(rows).toHaveLength(0)
})

test('when the vault has frozen nothing is quoted or requested; what is not on its way comes back', async () => {
  const signature = await sign(alice.wallet, await quote(alice, '2', carol))
  const { id } = (await alice.post(WITHDRAWALS, { amount: '4' }, key())).body
  await deps.db.pool.query(
    `insert into halts (id, scope, reason, detail) values (gen_random_uuid(), 'settlement', 'frozen', 'test')`,
  )
  expect(await asks({ amount: '2' })).toBe('409 frozen')
  expect(await asks({ amount: '2', lane: 'pull' })).toBe('409 frozen')
  expect(await asks({ amount: '2', to: carol, signature })).toBe('409 frozen')
  expect((await alice.post(QUOTE, { amount: '2', to: carol })).body.code).toBe('frozen')
  expect((await alice.delete(`${WITHDRAWALS}/${id}`)).body.status).toBe('cancelled')
  expect(await available()).toBe('10')
  await asOwner(database.adminUrl, 'delete from halts')
})

test('a chain that does not answer is neither a yes nor a no: nothing is kept, and the same request may come again', async () => {
  const typedData = await quote(alice, '2', carol)
  const wish = { amount: '2', to: carol, signature: '0x1234' }
  const once = key()
  chain.provider.destroy()
  await chain.process.stop()
  const answer = await alice.post(WITHDRAWALS, wish, once)
  expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
  const { rows } = await deps.db.pool.query('select from idempotency_records where key = $1', [
    once['idempotency-key'],
  ])
  expect(rows).toHaveLength(0)
  // One's own key needs no chain.
  expect(await asks({ amount: '2', to: carol, signature: await sign(alice.wallet, typedData) })).toBe(
    '202 held',
  )
})
