import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkChain, closeChain, WrongChain } from '../src/chain/chain.ts'
import { type ChainProxy, chainProxy, type RpcCall } from './chain-proxy.ts'
import { ask } from './chain-truth.ts'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  nano,
  person,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  walletOf,
  withdraw,
} from './world.ts'

/* A worker with two endpoints of one chain: one is the node, one stands behind a proxy that errs or lies. */

const LOOKS = 5

let world: World
let proxy: ChainProxy
let alice: Awaited<ReturnType<typeof person>>
const workers: Worker[] = []
beforeAll(async () => {
  world = await createWorld()
  proxy = await chainProxy(world.chain.rpcUrl)
})
afterAll(async () => {
  await proxy.close()
  await world.close()
})
beforeEach(async () => {
  alice = await person(world, '100')
  await deposit(world, alice, '10')
  await world.chain.mine(3)
})
afterEach(async () => {
  proxy.rewrite(undefined)
  proxy.swallow(undefined)
  for (const worker of workers.splice(0)) closeChain(worker.chain)
  await world.admin.query('delete from halts')
})

const twoEyed = (liar: 'first' | 'second') => {
  const { rpcUrl } = world.chain
  const worker =
    liar === 'first'
      ? createWorker(world, proxy.url, { secondUrl: rpcUrl })
      : createWorker(world, rpcUrl, { secondUrl: proxy.url })
  workers.push(worker)
  return worker
}
const rows = async (sql: string) => (await world.pool.query(sql)).rows
const halts = () => rows('select scope, reason from halts where cleared_at is null')
const clear = () => world.admin.query('update halts set cleared_at = now()')
/** A turn; the error of one that failed as a text. */
const look = (worker: Worker) => worker.watch().catch((error: Error) => error.message)

type Answer = { result: unknown }
type Lie = (call: RpcCall, answer: Answer) => unknown
const ofFinal = ({ method, params }: RpcCall) => method === 'eth_getBlockByNumber' && params[0] !== 'latest'

const lies: Record<string, Lie> = {
  'leaves out a log': ({ method }, answer) => (method === 'eth_getLogs' ? { ...answer, result: [] } : answer),
  'puts another amount into a log': ({ method }, answer) =>
    method === 'eth_getLogs'
      ? {
          ...answer,
          result: (answer.result as { data: string }[]).map((log) => ({
            ...log,
            data: `0x${(BigInt(log.data) * 2n).toString(16).padStart(64, '0')}`,
          })),
        }
      : answer,
  'has another hash at its final block': (call, answer) =>
    ofFinal(call)
      ? { ...answer, result: { ...(answer.result as object), hash: `0x${'ab'.repeat(32)}` } }
      : answer,
  'says the vault holds more': ({ method, params }, answer) =>
    method === 'eth_call' && (params[0] as { to: string }).to === world.chain.token.toLowerCase()
      ? { ...answer, result: `0x${(BigInt(answer.result as string) + 1n).toString(16).padStart(64, '0')}` }
      : answer,
}

describe.each(['first', 'second'] as const)('the %s endpoint', (liar) => {
  test.each(Object.keys(lies))('%s: nothing is booked, and what lasts halts', async (what) => {
    const worker = twoEyed(liar)
    proxy.rewrite((call, answer) => lies[what]!(call, answer as Answer))
    for (let i = 1; i < LOOKS; i++) {
      await look(worker)
      expect(await halts()).toEqual([])
    }
    // One true answer, and it was an accident: the looks are counted anew.
    proxy.rewrite(undefined)
    await worker.watch()
    expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })

    await deposit(world, alice, '5')
    await world.chain.mine(3)
    proxy.rewrite((call, answer) => lies[what]!(call, answer as Answer))
    for (let i = 1; i < LOOKS; i++) await look(worker)
    expect(await halts()).toEqual([])
    expect(await look(worker)).toBe('halted: endpoints disagree')
    expect(await halts()).toEqual([{ scope: 'booking', reason: 'endpoints disagree' }])
    expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
    expect(await rows(`select from chain_events where kind = 'surplus'`)).toEqual([])

    proxy.rewrite(undefined)
    expect(await look(worker)).toBe('halted: endpoints disagree')
    await clear()
    await worker.watch()
    expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('15') })
    expect(await halts()).toEqual([])
  })

  test('is behind: it is waited for, and booked is as far as both have come', async () => {
    const worker = twoEyed(liar)
    const old = await ask<{ number: string }>(world, 'eth_getBlockByNumber', ['finalized', false])
    await deposit(world, alice, '5')
    await world.chain.mine(4)
    proxy.rewrite(({ params }, answer) =>
      params[0] === 'finalized' ? { ...(answer as object), result: old } : answer,
    )
    for (let i = 0; i < 2 * LOOKS; i++) expect(await look(worker)).toBe(`booked to ${Number(old.number)}`)
    expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
    proxy.rewrite(undefined)
    await worker.watch()
    expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('15') })
    expect(await halts()).toEqual([])
  })

  test('does not answer: nothing is booked, and it is no disagreement', async () => {
    const worker = twoEyed(liar)
    for (const method of ['eth_getLogs', 'eth_call']) {
      proxy.swallow((call) =>
        call.method === method
          ? { jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'too busy' } }
          : undefined,
      )
      for (let i = 0; i < 2 * LOOKS; i++) await look(worker)
      expect(await walletOf(world.pool, alice.address)).toEqual({})
    }
    proxy.swallow(undefined)
    if (liar === 'second') {
      // The patience with an endpoint is five seconds, so this is told once.
      const held = proxy.hold('before', ({ method }) => method === 'eth_getLogs')
      const turn = look(worker)
      await held
      expect(await turn).toContain('timeout')
      expect(await walletOf(world.pool, alice.address)).toEqual({})
    }
    await worker.watch()
    expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
    expect(await halts()).toEqual([])
  })

  test('keeps transactions to itself: the other one has them, and everybody is paid', async () => {
    const worker = twoEyed(liar)
    proxy.swallow(({ method, ...call }) =>
      method === 'eth_sendRawTransaction'
        ? { jsonrpc: '2.0', id: (call as { id?: number }).id, result: `0x${'11'.repeat(32)}` }
        : undefined,
    )
    await turnUntil(
      world,
      [worker],
      async () => (await walletOf(world.pool, alice.address)).available !== undefined,
    )
    const id = await withdraw(world, worker, alice, '4')
    await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
    expect(await tokensOf(world.chain, alice.address)).toBe(units('94'))
    await expectLaws(world)
  })
})

test('an endpoint of another chain is never to be tried again', async () => {
  const worker = twoEyed('second')
  proxy.rewrite(({ method }, answer) =>
    method === 'eth_chainId' ? { ...(answer as object), result: '0x1' } : answer,
  )
  const refusal = checkChain(worker.chain, 6).catch((error: unknown) => error)
  expect(await refusal).toBeInstanceOf(WrongChain)
  expect(((await refusal) as Error).message).toBe('CHAIN_ID is 31337, CHAIN_RPC_URL_2 says 1')
})

test('a log that was not asked for is not booked', async () => {
  const worker = createWorker(world, proxy.url)
  workers.push(worker)
  const strays: Record<string, object> = {
    address: { address: alice.address },
    block: { blockNumber: '0xffffff' },
  }
  for (const change of Object.values(strays)) {
    proxy.rewrite(({ method }, answer) => {
      if (method !== 'eth_getLogs') return answer
      const { result } = answer as { result: object[] }
      return { ...(answer as object), result: result.map((log) => ({ ...log, ...change })) }
    })
    expect(await look(worker)).toContain('not asked for')
    expect(await walletOf(world.pool, alice.address)).toEqual({})
  }
})

test('logs of other blocks than those that were followed are not booked', async () => {
  const worker = createWorker(world, proxy.url)
  workers.push(worker)
  await worker.watch()
  await deposit(world, alice, '5')
  await worker.watch()
  await world.chain.mine(3)
  proxy.rewrite(({ method }, answer) => {
    if (method !== 'eth_getLogs') return answer
    const { result } = answer as { result: object[] }
    return {
      ...(answer as object),
      result: result.map((log) => ({ ...log, blockHash: `0x${'cd'.repeat(32)}` })),
    }
  })
  expect(await look(worker)).toMatch(/block \d+ was 0x[0-9a-f]{64} when it was followed and is 0xcdcd/)
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
  proxy.rewrite(undefined)
  await worker.watch()
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('15') })
})
