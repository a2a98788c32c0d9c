import { dollarContract, vaultContract } from '@rivulet/contracts'
import { createPool, ledgerOf, newId, type Pool, withTransaction } from '@rivulet/db'
import { memberAccount, requestWithdrawal, rulesFrom } from '@rivulet/economy'
import { amountOf, audit } from '@rivulet/ledger'
import { type TestChain, type TestChainOptions, testDatabase } from '@rivulet/stack'
import { type HDNodeWallet, Wallet } from 'ethers'
import { pino } from 'pino'
import { expect } from 'vitest'
import { broadcast } from '../src/chain/broadcast.ts'
import { createChain } from '../src/chain/chain.ts'
import { watchChain } from '../src/chain-watcher/watch.ts'
import { Sender, type SenderOptions } from '../src/sender/send.ts'
import { settle } from '../src/settlement/settle.ts'
import { localSigner, type Signer } from '../src/signer/signer.ts'
import { leaveChain, takeChain } from './spare-chains.ts'

export const SECRET_KEY = 'a secret of tests, which is long enough'

/** Nano of a decimal string, by other means than the ledger's own. */
export function nano(text: string): bigint {
  const [whole = '0', places = ''] = text.split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(places.padEnd(9, '0'))
}

/** Token units of a decimal string. */
export const units = (text: string) => nano(text) / 1000n

/** A database, a chain with the vault on it, and the worker's rooms to be run by hand. */
export type World = Awaited<ReturnType<typeof createWorld>>

export async function createWorld(options: TestChainOptions = { blockTime: null }) {
  const [database, chain] = await Promise.all([testDatabase(), takeChain(options)])
  const pool = createPool(database.url, { max: 20 })
  const admin = createPool(database.adminUrl, { max: 2 })
  return {
    ...{ database, chain, pool, admin },
    async close() {
      await Promise.all([pool.end(), admin.end()])
      await Promise.all([database.close(), leaveChain(chain, options)])
    },
  }
}

/** What the shipped worker is told, for this world. */
export function environment({ database, chain }: World, rpcUrl = chain.rpcUrl): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    CHAIN_RPC_URL: rpcUrl,
    CHAIN_ID: String(chain.chainId),
    VAULT_ADDRESS: chain.vault,
    TOKEN_ADDRESS: chain.token,
    VAULT_DEPLOY_BLOCK: String(chain.deployBlock),
    OPERATOR_KEY: chain.keys.operator,
    RIVULET_EMBEDDED: 'true',
    SECRET_KEY,
    SETTLEMENT_SECONDS: '1',
    CHAIN_POLL_MS: '250',
    MIN_WITHDRAWAL: '0.001',
    PERIOD_SECONDS: '1',
    HOLD_SECONDS: '1',
    HOLD_YOUNG_SECONDS: '1',
  }
}

/** The rooms of one worker, to be run by hand. */
export function createWorker(
  world: World,
  rpcUrl = world.chain.rpcUrl,
  options: Partial<SenderOptions> & { signer?: Signer; secondUrl?: string; checkerRequired?: boolean } = {},
) {
  const { pool } = world
  const rules = rulesFrom(environment(world))
  const chain = createChain({
    CHAIN_RPC_URL: rpcUrl,
    CHAIN_RPC_URL_2: options.secondUrl,
    CHAIN_ID: BigInt(world.chain.chainId),
    VAULT_ADDRESS: world.chain.vault,
    TOKEN_ADDRESS: world.chain.token,
    VAULT_DEPLOY_BLOCK: world.chain.deployBlock,
  })
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const signer = options.signer ?? localSigner(world.chain.keys.operator)
  // Two seconds a look, for what must be said for some: a test takes looks, and no time.
  let ms = 0
  const sender = new Sender(pool, chain.provider, signer, chain.id, {
    ...{ ceiling: 500n * 10n ** 9n, patience: { seconds: 30, blocks: 3 }, now: () => (ms += 2_000) },
    ...{ send: (raw) => broadcast(chain, raw), ...options },
  })
  const watcher = { pool, chain, rules, seen: {} }
  const settlement = {
    ...{ pool, buildPool: pool, chain, lane: sender.lane, rules },
    ...{ secret: SECRET_KEY, treasury: signer.address, everySeconds: 0 },
    checkerRequired: options.checkerRequired ?? false,
  }
  return {
    ...{ chain, rules, sender, settlement },
    watch: () => watchChain(watcher, log),
    settle: () => settle(settlement, log),
    send: () => sender.run(log),
  }
}

export type Worker = ReturnType<typeof createWorker>

/** Lets workers take turns, and time pass on the chain, until something is so. */
export async function turnUntil(
  world: World,
  workers: Worker[],
  isSo: () => Promise<boolean>,
  { turns = 60 }: { turns?: number } = {},
): Promise<void> {
  const said: string[] = []
  for (let turn = 0; turn < turns; turn++) {
    if (await isSo()) return
    for (const room of ['watch', 'settle', 'send'] as const)
      said.push(...(await Promise.all(workers.map((worker) => worker[room]()))))
    await world.chain.skip(2)
  }
  throw new Error(`not so after ${turns} turns; last said:\n${said.slice(-9).join('\n')}`)
}

/** Somebody with a wallet, ether, and some test dollars. */
export async function person(world: World, dollars: string): Promise<HDNodeWallet> {
  const wallet = Wallet.createRandom().connect(world.chain.provider)
  await world.chain.fund(wallet.address, { units: units(dollars) })
  return wallet
}

export async function deposit(world: World, from: HDNodeWallet, dollars: string): Promise<void> {
  const { token, vault } = world.chain
  const approved = await dollarContract(token, from).getFunction('approve')(vault, units(dollars))
  await approved.wait()
  const sent = await vaultContract(vault, from).getFunction('deposit')(from.address, units(dollars))
  await sent.wait()
}

export async function memberOf(pool: Pool, address: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>('select id from members where address = $1', [address])
  return rows[0]?.id
}

/** What a member has, as the database says it: nano by account, those that are empty left out. */
export async function walletOf(pool: Pool, address: string): Promise<Record<string, bigint>> {
  const { rows } = await pool.query<{ account: string; balance: bigint }>(
    `select split_part(a.ref, ':', 3) as account, a.balance from ledger.account a
     join members m on a.ref like 'member:' || m.id || ':%' where m.address = $1 and a.balance <> 0`,
    [address],
  )
  return Object.fromEntries(rows.map((row) => [row.account, row.balance]))
}

export async function withdraw(
  world: World,
  worker: Pick<Worker, 'rules'>,
  of: HDNodeWallet,
  dollars: string,
) {
  const memberId = await memberOf(world.pool, of.address)
  if (!memberId) throw new Error(`${of.address} is nobody yet`)
  const result = await withTransaction(world.pool, (tx) =>
    requestWithdrawal(tx, worker.rules, {
      memberId,
      amount: amountOf(nano(dollars)),
      to: of.address,
      destinations: { own: of.address, forbidden: [] },
    }),
  )
  if (!result.ok) throw new Error(result.code)
  return result.id
}

/** A withdrawal in the pull lane: authorised by an epoch, claimed by its owner. */
export async function pullOut(
  world: World,
  worker: Pick<Worker, 'rules'>,
  of: HDNodeWallet,
  dollars: string,
): Promise<string> {
  const id = await withdraw(world, worker, of, dollars)
  await world.admin.query(`update withdrawals set lane = 'pull' where id = $1`, [id])
  return id
}

export async function statusOf(pool: Pool, withdrawal: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ status: string }>('select status from withdrawals where id = $1', [
    withdrawal,
  ])
  return rows[0]?.status
}

export async function hasAll(pool: Pool, withdrawals: string[], ...statuses: string[]): Promise<boolean> {
  const { rows } = await pool.query<{ n: bigint }>(
    'select count(*) as n from withdrawals where id = any($1) and status::text = any($2)',
    [withdrawals, statuses],
  )
  return rows[0]?.n === BigInt(withdrawals.length)
}

export const tokensOf = (chain: TestChain, address: string): Promise<bigint> =>
  chain.dollar.getFunction('balanceOf').staticCall(address)

/** Moves from `available` to `pending`, say, to have money in every kind of account. Not what the economy would do. */
export async function shift(
  world: World,
  of: string,
  from: 'available',
  to: 'pending' | 'pledge' | 'budget',
  amount: bigint,
) {
  const id = (await memberOf(world.pool, of))!
  const [answer] = await withTransaction(world.pool, (tx) =>
    ledgerOf(tx).post([
      {
        id: newId(),
        leg: 0,
        debit: memberAccount(id, from),
        credit: memberAccount(id, to),
        amount: amountOf(amount),
        code: 22,
      },
    ]),
  )
  expect(answer).toBe('ok')
}

/** The ledger laws, and the vault's tokens against the books: everything final must be booked. */
export async function expectLaws(world: World): Promise<void> {
  const report = await audit(world.pool)
  expect(report.violations).toEqual([])
  const { rows } = await world.pool.query<{ reserve: bigint; halts: bigint }>(
    `select coalesce((select -balance from ledger.account where ref = 'chain:reserve'), 0)::bigint as reserve,
            (select count(*) from halts) as halts`,
  )
  expect(rows[0]).toEqual({ reserve: (await tokensOf(world.chain, world.chain.vault)) * 1000n, halts: 0n })
}
