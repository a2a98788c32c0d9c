import { withTransaction } from '@rivulet/db'
import { bookDeposits } from '@rivulet/economy'
import { Wallet } from 'ethers'
import { beforeEach, expect, test } from 'vitest'
import { type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const CHAIN = 31337n
const { app, deps } = await world()
let alice: Person
beforeEach(async () => {
  alice = await person(app)
})

type Place = { account: string; block: number; log?: number; amount?: bigint }
const hash = (block: number, log: number) => `0x${(block * 1000 + log).toString(16).padStart(64, '0')}`

/** What the chain watcher does with a deposit that is not final, and then with the same one when it is. */
const see = ({ account, block, log = 0, amount = 1_500_000n }: Place) =>
  deps.db.pool.query(
    `insert into seen_deposits (chain_id, tx_hash, log_index, block_number, account, amount) values ($1, $2, $3, $4, $5, $6)`,
    [CHAIN, hash(block, log), log, block, account, amount],
  )
const book = ({ account, block, log = 0, amount = 1_500_000n }: Place) =>
  withTransaction(deps.db.pool, async (tx) => {
    await bookDeposits(tx, deps.rules, [
      {
        chainId: CHAIN,
        txHash: hash(block, log),
        logIndex: log,
        blockNumber: BigInt(block),
        account,
        amount,
      },
    ])
    await tx.query('delete from seen_deposits where block_number <= $1', [block])
  })
const list = async (who: Person, query = '') => (await who.get(`/v1/wallet/deposits${query}`)).body

test('a deposit is pending, then available under its id in the statement, with the amount of the token', async () => {
  const deposit = { account: alice.address, block: 70 }
  await see(deposit)
  const shown = { amount: '1.5', txHash: hash(70, 0), block: 70, at: expect.any(String) }
  expect(await list(alice)).toEqual({ data: [{ ...shown, id: null, status: 'pending' }], nextCursor: null })
  expect((await alice.get('/v1/wallet')).body.available).toBe('0')

  await book(deposit)
  const entry = (await alice.get('/v1/wallet/entries')).body.data[0]
  expect(entry).toMatchObject({ amount: '1.5', ref: { type: 'deposit' } })
  expect(await list(alice)).toEqual({
    data: [{ ...shown, id: entry.ref.id, status: 'available' }],
    nextCursor: null,
  })
})

test('what was paid in before somebody first signed in is theirs to see when they do', async () => {
  const wallet = Wallet.createRandom()
  await see({ account: wallet.address, block: 80, amount: 25n })
  const bob = await person(app, wallet)
  expect((await list(bob)).data).toMatchObject([{ amount: '0.000025', status: 'pending', block: 80 }])
  expect((await list(alice)).data).toEqual([])
})

test('paged one by one, newest first, while the pending ones become available: each once', async () => {
  for (const block of [90, 91]) for (const log of [0, 3]) await book({ account: alice.address, block, log })
  for (const block of [95, 96]) for (const log of [1, 2]) await see({ account: alice.address, block, log })
  const walked: { status: string; txHash: string }[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: { data: typeof walked; nextCursor: string | null } = await list(
      alice,
      `?limit=1${next && `&cursor=${next}`}`,
    )
    walked.push(...page.data)
    next = page.nextCursor
    if (walked.length === 3) for (const log of [1, 2]) await book({ account: alice.address, block: 95, log })
  }
  expect(walked.map((d) => `${Number(d.txHash)} ${d.status}`)).toEqual([
    '96002 pending',
    '96001 pending',
    '95002 pending',
    '95001 available',
    '91003 available',
    '91000 available',
    '90003 available',
    '90000 available',
  ])
})

test('without a session, with another list’s cursor or a wrong limit it says why', async () => {
  expect((await app.inject('/v1/wallet/deposits')).statusCode).toBe(401)
  const foreign = deps.cursors.encode(['entries', alice.id], '5.0')
  expect((await alice.get(`/v1/wallet/deposits?cursor=${foreign}`)).body.code).toBe('invalid_cursor')
  expect((await alice.get('/v1/wallet/deposits?limit=101')).status).toBe(422)
})
