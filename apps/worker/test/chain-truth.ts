import { expect } from 'vitest'
import type { World } from './world.ts'

/*
 * What is to be booked and shown, computed from the chain alone: plain HTTP, no code of the worker or of the contracts'
 * bindings.
 */

/** keccak256("Deposited(address,address,uint256)"), account and payer indexed. */
const DEPOSITED = '0x8752a472e571a816aea92eec8dae9baf628e840f4929fbcc2d155e6233ff68a7'

type RawLog = {
  address: string
  topics: string[]
  data: string
  transactionHash: string
  logIndex: string
  blockNumber: string
  blockHash: string
}

type RawBlock = { number: string; hash: string; parentHash: string }

/** One call to the chain's own node. */
export async function ask<T>(
  { chain }: Pick<World, 'chain'>,
  method: string,
  params: unknown[] = [],
): Promise<T> {
  const response = await fetch(chain.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = (await response.json()) as { result: T; error?: { message: string } }
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}

const hex = (n: number) => `0x${n.toString(16)}`

/** A deposit as the chain tells it: lower-case account, token units. */
export type ToldDeposit = { txHash: string; logIndex: number; block: number; account: string; amount: bigint }

/** Every deposit there is, and the final block's number. */
export async function chainDeposits(world: World): Promise<{ final: number; deposits: ToldDeposit[] }> {
  const final = Number((await ask<RawBlock>(world, 'eth_getBlockByNumber', ['finalized', false])).number)
  const filter = { address: world.chain.vault, fromBlock: '0x0', toBlock: 'latest', topics: [DEPOSITED] }
  const logs = await ask<RawLog[]>(world, 'eth_getLogs', [filter])
  return {
    final,
    deposits: logs.map((log) => ({
      txHash: log.transactionHash,
      logIndex: Number(log.logIndex),
      block: Number(log.blockNumber),
      account: `0x${log.topics[1]?.slice(26)}`,
      amount: BigInt(log.data),
    })),
  }
}

/** The worker has come to the newest block: books, what is shown as pending, and the stored blocks are the chain's. */
export async function expectFollowed(world: World): Promise<void> {
  const { final, deposits } = await chainDeposits(world)
  const rows = async (sql: string) => (await world.pool.query(sql)).rows
  const asRow = (d: ToldDeposit) => ({ ...d, block: BigInt(d.block) })
  const inOrder = `order by block_number, log_index`
  expect(
    await rows(
      `select tx_hash as "txHash", log_index as "logIndex", block_number as block, lower(account) as account,
              amount / 1000 as amount from chain_events where kind = 'deposit' ${inOrder}`,
    ),
  ).toEqual(deposits.filter((d) => d.block <= final).map(asRow))
  expect(
    await rows(
      `select tx_hash as "txHash", log_index as "logIndex", block_number as block, lower(account) as account, amount
       from seen_deposits ${inOrder}`,
    ),
  ).toEqual(deposits.filter((d) => d.block > final).map(asRow))

  const sums = new Map<string, bigint>()
  for (const { account, amount, block } of deposits)
    if (block <= final) sums.set(account, (sums.get(account) ?? 0n) + amount * 1000n)
  const available = await rows(
    `select lower(m.address) as address, a.balance from ledger.account a
     join members m on a.ref = 'member:' || m.id || ':available' where a.balance <> 0`,
  )
  expect(new Map(available.map((row) => [row.address, row.balance]))).toEqual(sums)

  const stored = await rows('select number, hash, parent_hash from chain_blocks order by number')
  const head = Number(await ask<string>(world, 'eth_blockNumber'))
  expect(stored.at(-1)?.number).toBe(BigInt(head))
  for (const row of stored.slice(-20)) {
    const block = await ask<RawBlock>(world, 'eth_getBlockByNumber', [hex(Number(row.number)), false])
    expect(row).toEqual({ number: BigInt(block.number), hash: block.hash, parent_hash: block.parentHash })
  }
}
