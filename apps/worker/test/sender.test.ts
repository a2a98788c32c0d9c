import { withTransaction } from '@rivulet/db'
import { Transaction } from 'ethers'
import { describe, expect, test } from 'vitest'
import { raiseHalt } from '../src/rooms/halts.ts'
import { reserve } from '../src/sender/lane.ts'
import { localSigner } from '../src/signer/signer.ts'
import { type AttemptRow, EAGER, GWEI, laneOfEachTest, PATIENCE } from './lane.ts'
import type { Worker } from './world.ts'

/*
 * What the sender does when the network asks for more, forgets, or remembers too well.
 */

const { open, rpc, query, owe, attempts, states, halts, paid, mineAt, world, proxy } = laneOfEachTest()

/** Lets the worker look, and blocks be made, until everything that is owed is final. */
async function untilFinal(worker: Worker, baseFee = GWEI): Promise<void> {
  const isFinal = async () => {
    await worker.send()
    await mineAt(baseFee, 2)
    return (await states()).every(({ status }) => status === 'final')
  }
  await expect.poll(isFinal, PATIENCE).toBe(true)
}

test.each([
  ['the first bytes of what is reserved', 1],
  ['the bytes that are to replace others', 2],
])('a halt while the signer signs: %s are forgotten, and nothing more is signed', async (_, number) => {
  const signer = localSigner(world().chain.keys.operator)
  let isLast = false
  const worker = open({
    patience: { seconds: 0, blocks: 2 },
    signer: {
      address: signer.address,
      async sign(request) {
        const answer = await signer.sign(request)
        if (isLast)
          await raiseHalt(world().pool, { scope: 'booking', reason: 'a test', detail: 'while it signs' })
        return answer
      },
    },
  })
  await mineAt(GWEI)
  await owe(worker, 'first')
  if (number === 2) {
    await worker.send()
    await rpc('anvil_dropTransaction', [(await attempts('first'))[0]!.hash])
    await mineAt(5n * GWEI, 3)
  }
  await owe(worker, 'second')
  const before = await attempts()
  expect(before).toHaveLength(number - 1)
  isLast = true
  expect(await worker.send()).toContain('signs nothing: a test')
  expect(await attempts()).toEqual(before)
  isLast = false
  expect(await worker.send()).toContain('signs nothing: a test')
  expect(await attempts()).toEqual(before)

  await world().admin.query('delete from halts')
  await untilFinal(worker)
  expect(await paid()).toBe(2n)
})

test('the network asks for more: a further attempt for the same nonce, higher by an eighth and more, is what is mined', async () => {
  const worker = open()
  await mineAt(GWEI)
  await owe(worker, 'first', 'second')
  await worker.send()
  await mineAt(20n * GWEI, 1)
  await worker.send()
  expect((await attempts()).map(({ number }) => number)).toEqual([1, 1])
  await mineAt(20n * GWEI, 1)
  await worker.send()
  for (const purpose of ['first', 'second']) {
    const [before, after, ...more] = await attempts(purpose)
    expect(more).toEqual([])
    expect(after!.number).toBe(2)
    expect(after!.fee * 1000n).toBeGreaterThanOrEqual(before!.fee * 1125n)
    expect(after!.tip * 1000n).toBeGreaterThanOrEqual(before!.tip * 1125n)
    expect(after!.fee).toBeGreaterThanOrEqual(20n * GWEI + after!.tip)
    const [one, other] = [before!, after!].map(({ raw }) => Transaction.from(raw))
    expect([other!.nonce, other!.to, other!.data, other!.value]).toEqual([one!.nonce, one!.to, one!.data, 0n])
  }
  await untilFinal(worker, 20n * GWEI)
  const mined = await query<{ hash: string }>('select hash from chain_transactions order by nonce')
  expect(mined.map(({ hash }) => hash)).toEqual(
    (await attempts()).filter(({ number }) => number === 2).map(({ hash }) => hash),
  )
  expect(await paid()).toBe(2n)
})

test('above the ceiling it waits with what it has and says so, and goes on when the spike has passed', async () => {
  const worker = open({ ...EAGER, ceiling: 10n * GWEI })
  await mineAt(GWEI)
  await owe(worker, 'sent before')
  await worker.send()
  await owe(worker, 'owed in the spike')
  for (let block = 0; block < 4; block++) {
    await mineAt(30n * GWEI)
    expect(await worker.send()).toMatch(
      /; waits: the network asks 3\d(\.\d+)? gwei, MAX_FEE_GWEI allows 10 gwei$/,
    )
  }
  expect(await attempts()).toMatchObject([{ purpose: 'sent before', number: 1 }])
  expect(await halts()).toEqual([])
  await untilFinal(worker)
  expect(await states()).toMatchObject([
    { purpose: 'sent before', succeeded: true },
    { purpose: 'owed in the spike', succeeded: true },
  ])
  expect(await paid()).toBe(2n)
})

describe('nothing is stuck behind a nonce', () => {
  test('the lowest is dropped from the pool, and sent again', async () => {
    const worker = open({})
    await owe(worker, 'lowest', 'middle', 'highest')
    await worker.send()
    const [lowest] = await attempts('lowest')
    expect(await rpc('anvil_dropTransaction', [lowest!.hash])).toBe(lowest!.hash)
    await rpc('evm_mine')
    expect(await paid()).toBe(0n)
    await untilFinal(worker)
    expect((await attempts()).map(({ number }) => number)).toEqual([1, 1, 1])
    expect(await paid()).toBe(3n)
  })

  test('the pool forgets everything, again and again', async () => {
    const worker = open({})
    await owe(worker, 'lowest', 'highest')
    for (let turn = 0; turn < 3; turn++) {
      await worker.send()
      await rpc('anvil_dropAllTransactions')
      await mineAt(GWEI)
    }
    expect(await paid()).toBe(0n)
    await untilFinal(worker)
    expect(await paid()).toBe(2n)
  })

  test('an offer that still would do is replaced after a longer while, for a node that has lost it for good', async () => {
    const worker = open()
    await owe(worker, 'lowest', 'highest')
    await worker.send()
    await rpc('anvil_dropAllTransactions')
    await mineAt(GWEI, 8)
    await worker.send()
    expect((await attempts()).map(({ purpose, number }) => [purpose, number])).toEqual([
      ['lowest', 1],
      ['lowest', 2],
      ['highest', 1],
    ])
    await untilFinal(worker)
    expect(await paid()).toBe(2n)
  })

  test('a reserved nonce whose call fails on the chain is spent by it', async () => {
    const worker = open()
    const call = { to: world().chain.vault, data: '0xdeadbeef', gasLimit: 100_000n }
    await withTransaction(world().pool, (tx) => reserve(tx, worker.sender.lane, 'fails', call))
    await owe(worker, 'after it')
    await untilFinal(worker)
    expect(await states()).toEqual([
      { purpose: 'fails', status: 'final', succeeded: false },
      { purpose: 'after it', status: 'final', succeeded: true },
    ])
  })
})

describe('the dead come back', () => {
  async function replaced(worker: Worker): Promise<[AttemptRow, AttemptRow]> {
    await owe(worker, 'first', 'second')
    await worker.send()
    await rpc('anvil_dropAllTransactions')
    await mineAt(GWEI, 8)
    await worker.send()
    await rpc('anvil_dropAllTransactions')
    return (await attempts('first')) as [AttemptRow, AttemptRow]
  }

  test('the replaced attempt is mined instead of the one that replaced it', async () => {
    const worker = open()
    const [old, young] = await replaced(worker)
    await rpc('eth_sendRawTransaction', [old.raw])
    await rpc('evm_mine')
    await untilFinal(worker)
    const [{ hash }] = (await query<{ hash: string }>(
      'select hash from chain_transactions order by nonce',
    )) as [{ hash: string }]
    expect(hash).toBe(old.hash)
    expect(hash).not.toBe(young.hash)
    expect(await paid()).toBe(2n)
    expect(await halts()).toEqual([])
  })

  test('one is mined, its block vanishes, and the other is mined', async () => {
    const worker = open()
    const [old, young] = await replaced(worker)
    await rpc('eth_sendRawTransaction', [young.raw])
    await rpc('evm_mine')
    await worker.send()
    expect((await states())[0]).toMatchObject({ status: 'mined' })
    await rpc('anvil_rollback', [1])
    await rpc('anvil_dropAllTransactions')
    await rpc('eth_sendRawTransaction', [old.raw])
    await rpc('evm_mine')
    await untilFinal(worker)
    const rows = await query<{ hash: string }>('select hash from chain_transactions order by nonce')
    expect(rows[0]?.hash).toBe(old.hash)
    expect(await paid()).toBe(2n)
  })
})

test('two workers that see different prices keep one replacement, and only what is kept is sent', async () => {
  const sent: string[] = []
  proxy().rewrite(({ method, params }, answer) => {
    if (method === 'eth_sendRawTransaction') sent.push(Transaction.from(params[0] as string).hash!)
    return method === 'eth_maxPriorityFeePerGas' ? { ...(answer as object), result: '0x12a05f200' } : answer
  })
  const pair = [open(), open(EAGER, proxy().url)]
  await owe(pair[0]!, 'only')
  await Promise.all(pair.map((worker) => worker.send()))
  // In a round in which they are in each other's way there may be no replacement.
  for (let round = 0; round < 5 || ((await attempts('only')).length < 4 && round < 12); round++) {
    await rpc('anvil_dropAllTransactions')
    await mineAt(20n * GWEI * BigInt(round + 1), 3)
    await Promise.all(pair.map((worker) => worker.send()))
  }
  const kept = await attempts('only')
  expect(kept.length).toBeGreaterThan(3)
  expect(kept.map(({ number }) => number)).toEqual(kept.map((_, i) => i + 1))
  expect(sent.length).toBeGreaterThan(0)
  expect(sent.filter((hash) => !kept.some((attempt) => attempt.hash === hash))).toEqual([])
  await untilFinal(pair[0]!, 100n * GWEI)
  expect(await paid()).toBe(1n)
})

test('a replacement is kept before anybody sees it: the worker dies in between, and another sends it', async () => {
  const worker = open(EAGER, proxy().url)
  await owe(worker, 'only')
  await worker.send()
  await rpc('anvil_dropAllTransactions')
  await mineAt(20n * GWEI, 3)
  const isReplacement = async ({ method, params }: { method: string; params: unknown[] }) =>
    method === 'eth_sendRawTransaction' &&
    (await attempts()).some((a) => a.number === 2 && a.raw === params[0])
  const held = proxy().hold('before', isReplacement)
  const dying = worker.send().catch(() => {})
  await held
  expect(await rpc('eth_getTransactionByHash', [(await attempts())[1]!.hash])).toBeNull()
  worker.chain.provider.destroy()
  await untilFinal(open(), 20n * GWEI)
  proxy().release()
  await dying
  expect((await attempts()).length).toBe(2)
  expect(await paid()).toBe(1n)
})

test('a chain whose blocks have no base fee is refused in words, and nothing is signed', async () => {
  proxy().rewrite(({ method }, answer) => {
    if (method !== 'eth_getBlockByNumber') return answer
    const { result } = answer as { result: Record<string, unknown> }
    const { baseFeePerGas: _, ...block } = result
    return { ...(answer as object), result: block }
  })
  const worker = open(EAGER, proxy().url)
  await owe(worker, 'only')
  await expect(worker.send()).rejects.toThrow('no base fee (EIP-1559): nothing can be sent on it')
  expect(await attempts()).toEqual([])
})
