import { Wallet } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chainProxy } from './chain-proxy.ts'
import { ask, chainDeposits, expectFollowed } from './chain-truth.ts'
import { block, type Payer, payer, reorg, type SignedDeposit, signDeposit } from './payers.ts'
import {
  createWorker,
  createWorld,
  expectLaws,
  nano,
  units,
  type Worker,
  type World,
  walletOf,
} from './world.ts'

/*
 * Blocks are final ten blocks later, and until then the chain changes its mind. Every expectation at the end of a story
 * is the chain's own word: `expectFollowed`.
 */

const FINAL_AFTER = 10

let world: World
let worker: Worker
let alice: Payer
let bob: Payer
beforeAll(async () => {
  world = await createWorld({ blockTime: null, finalAfter: FINAL_AFTER })
  worker = createWorker(world)
  alice = await payer(world)
  bob = await payer(world)
  await world.chain.mine(FINAL_AFTER)
})
afterAll(async () => {
  worker.chain.provider.destroy()
  await world.close()
})

const someone = () => Wallet.createRandom().address
const pendingOf = async (account: string) =>
  (
    await world.pool.query('select block_number as block, amount from seen_deposits where account = $1', [
      account,
    ])
  ).rows as { block: bigint; amount: bigint }[]
const head = async () => Number(await ask<string>(world, 'eth_blockNumber'))
const finalise = async () => {
  await world.chain.mine(FINAL_AFTER)
  await worker.watch()
  await expectFollowed(world)
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a deposit that vanishes with the last %i blocks was shown and is not booked',
  async (depth) => {
    const carol = someone()
    const paid = await signDeposit(world, alice, carol, units('3'))
    await block(world, [paid])
    await world.chain.mine(depth - 1)
    await worker.watch()
    expect(await pendingOf(carol)).toEqual([
      { block: BigInt((await head()) - depth + 1), amount: units('3') },
    ])
    expect(await walletOf(world.pool, carol)).toEqual({})

    await reorg(world, depth)
    alice.nonce = paid.nonce
    await worker.watch()
    expect(await pendingOf(carol)).toEqual([])
    await expectFollowed(world)
    await finalise()
    expect(await walletOf(world.pool, carol)).toEqual({})
  },
)

test('a deposit that moves to another block is shown there, and booked once', async () => {
  const carol = someone()
  const paid = await signDeposit(world, alice, carol, units('5'))
  const others = await signDeposit(world, bob, someone(), units('1'))
  await block(world, [paid])
  await world.chain.mine(3)
  await worker.watch()
  const [before] = await pendingOf(carol)
  // In its new block it stands behind another one, so that its log has another index too.
  await reorg(world, 4, [
    [others, 2],
    [paid, 2],
  ])
  await worker.watch()
  expect(await pendingOf(carol)).toEqual([{ block: before!.block + 2n, amount: units('5') }])
  await finalise()
  expect(await pendingOf(carol)).toEqual([])
  expect(await walletOf(world.pool, carol)).toEqual({ available: nano('5') })
})

test('a deposit that is replaced by another one is booked as the one that stayed', async () => {
  const [carol, dave] = [someone(), someone()]
  const paid = await signDeposit(world, alice, carol, units('7'))
  await block(world, [paid])
  await worker.watch()
  const instead = await signDeposit(world, alice, dave, units('2'), paid.nonce)
  await reorg(world, 1, [[instead, 0]])
  await worker.watch()
  expect([await pendingOf(carol), (await pendingOf(dave)).length]).toEqual([[], 1])
  await finalise()
  expect(await walletOf(world.pool, carol)).toEqual({})
  expect(await walletOf(world.pool, dave)).toEqual({ available: nano('2') })
})

test('a node whose head goes back is waited for, and blocks that differ are not', async () => {
  const carol = someone()
  const proxy = await chainProxy(world.chain.rpcUrl)
  const misled = createWorker(world, proxy.url)
  try {
    const paid = await signDeposit(world, alice, carol, units('4'))
    await block(world, [paid])
    await world.chain.mine(1)
    await misled.watch()
    const old = await ask(world, 'eth_getBlockByNumber', [`0x${((await head()) - 2).toString(16)}`, false])
    proxy.rewrite(({ params }, answer) =>
      params[0] === 'latest' ? { ...(answer as object), result: old } : answer,
    )
    expect(await misled.watch()).toContain('the head has gone back')
    expect(await pendingOf(carol)).toHaveLength(1)
    // Now it has, and goes on without the deposit.
    await ask(world, 'anvil_rollback', [2])
    proxy.rewrite(undefined)
    expect(await misled.watch()).toContain('behind')
    expect(await pendingOf(carol)).toHaveLength(1)
    alice.nonce = paid.nonce
    await ask(world, 'evm_increaseTime', [60])
    await world.chain.mine(2)
    await misled.watch()
    expect(await pendingOf(carol)).toEqual([])
  } finally {
    misled.chain.provider.destroy()
    await proxy.close()
  }
  await finalise()
})

test.each(['before', 'after'] as const)(
  'a reorganisation %s the node reads the logs of a range leads nobody astray',
  async (when) => {
    const carol = someone()
    const proxy = await chainProxy(world.chain.rpcUrl)
    const misled = createWorker(world, proxy.url)
    try {
      const paid = await signDeposit(world, alice, carol, units('6'))
      await block(world, [paid])
      await world.chain.mine(2)
      const held = proxy.hold(when, ({ method }) => method === 'eth_getLogs')
      const turn = misled.watch()
      await held
      const instead = await signDeposit(world, alice, carol, units('1'), paid.nonce)
      await reorg(world, 3, [[instead, 1]])
      proxy.release()
      await turn
      await misled.watch()
      await expectFollowed(world)
      expect(await pendingOf(carol)).toMatchObject([{ amount: units('1') }])
    } finally {
      misled.chain.provider.destroy()
      await proxy.close()
    }
    await finalise()
  },
)

test('after a long absence only what is not final is read block by block', async () => {
  const proxy = await chainProxy(world.chain.rpcUrl)
  const back = createWorker(world, proxy.url)
  const carol = someone()
  try {
    await block(world, [await signDeposit(world, alice, carol, units('8'))])
    await back.watch()
    const left = await head()
    await ask(world, 'anvil_mine', ['0x258'])
    let blocks = 0
    proxy.rewrite(({ method }, answer) => {
      if (method === 'eth_getBlockByNumber') blocks++
      return answer
    })
    await back.watch()
    expect(blocks).toBeLessThan(FINAL_AFTER + 15)
    const between = await world.pool.query('select from chain_blocks where number > $1 and number < $2', [
      left,
      (await head()) - FINAL_AFTER,
    ])
    expect(between.rows).toEqual([])
    await expectFollowed(world)
    expect(await walletOf(world.pool, carol)).toEqual({ available: nano('8') })
  } finally {
    back.chain.provider.destroy()
    await proxy.close()
  }
})

/** Mulberry32 (public domain, T. Ettinger): the same seed, the same story. */
function dice(seed: number) {
  let state = seed
  return (sides: number) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * sides)
  }
}

/** What a reorganisation makes of the deposits it undoes, in the order of each payer's nonces. */
async function reshuffle(
  dropped: SignedDeposit[],
  depth: number,
  roll: (sides: number) => number,
  people: string[],
) {
  const kept: [SignedDeposit, number][] = []
  for (const who of new Set(dropped.map((d) => d.payer))) {
    let at = 0
    for (const paid of dropped.filter((d) => d.payer === who)) {
      const fate = roll(4)
      // It vanishes, and with it all that its payer signed after it.
      if (fate === 0) {
        who.nonce = paid.nonce
        break
      }
      at += roll(depth - at)
      const { nonce } = paid
      const other = () =>
        signDeposit(world, who, people[roll(people.length)]!, BigInt(1 + roll(10 ** 6)), nonce)
      kept.push([fate === 1 ? await other() : paid, at])
    }
  }
  return kept
}

const ROUNDS = process.env.LONG ? 200 : 30

test(
  `${ROUNDS} random reorganisations, two watchers at once: the books are the chain's final events`,
  async () => {
    const seed = Number(process.env.SEED ?? 20261128)
    const roll = dice(seed)
    const people = Array.from({ length: 6 }, someone)
    const payers = [alice, bob, await payer(world)]
    await finalise()
    const second = createWorker(world)
    /** Deposits that are not final, by block. */
    const open: [number, SignedDeposit][] = []
    let undone = 0
    for (let round = 0; round < ROUNDS; round++) {
      for (let blocks = 1 + roll(5); blocks > 0; blocks--) {
        const signed: SignedDeposit[] = []
        for (let n = roll(3); n > 0; n--)
          signed.push(await signDeposit(world, payers[roll(3)]!, people[roll(6)]!, BigInt(1 + roll(10 ** 9))))
        await block(world, signed)
        const number = await head()
        open.push(...signed.map((s): [number, SignedDeposit] => [number, s]))
        if (roll(2) === 0) await Promise.all([worker.watch(), second.watch()])
      }
      const depth = 1 + roll(8)
      const fork = (await head()) - depth
      const dropped = open.filter(([number]) => number > fork)
      const kept = await reshuffle(
        dropped.map(([, deposit]) => deposit),
        depth,
        roll,
        people,
      )
      await reorg(world, depth, kept)
      open.splice(0, open.length, ...open.filter(([number]) => number <= fork))
      open.push(...kept.map(([deposit, at]): [number, SignedDeposit] => [fork + 1 + at, deposit]))
      undone += dropped.length
      if (roll(3) > 0) await Promise.all([worker.watch(), second.watch()])
      await worker.watch()
      await expectFollowed(world)
    }
    await finalise()
    expect(undone, `seed ${seed}`).toBeGreaterThan(ROUNDS)
    expect((await chainDeposits(world)).deposits.length).toBeGreaterThan(ROUNDS)
    await expectLaws(world)
    second.chain.provider.destroy()
  },
  ROUNDS * 5_000,
)

test('a reorganisation past finality halts, and says how deep it goes', async () => {
  await finalise()
  const before = await chainDeposits(world)
  await block(world, [await signDeposit(world, alice, someone(), units('9'))])
  await world.chain.mine(FINAL_AFTER + 3)
  await worker.watch()
  const cursor = (await world.pool.query('select block_number as n from chain_cursor')).rows[0].n
  await reorg(world, FINAL_AFTER + 4)
  await world.chain.mine(1)
  expect(await worker.watch()).toBe('halted: reorg past finality')
  const halts = (await world.pool.query('select scope, reason, detail from halts')).rows
  expect(halts).toMatchObject([{ scope: 'booking', reason: 'reorg past finality' }])
  expect(halts[0].detail).toContain(`block ${before.final + FINAL_AFTER} is the last that is the same`)
  await world.chain.mine(20)
  expect(await worker.watch()).toBe('halted: reorg past finality')
  expect((await world.pool.query('select block_number as n from chain_cursor')).rows[0].n).toBe(cursor)
})
