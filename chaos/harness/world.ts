import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createPool, type Pool } from '@rivulet/db'
import { withDatabase } from '@rivulet/stack'
import { getAddress, Wallet } from 'ethers'
import { openChain } from './chain.ts'
import type { Chance } from './chance.ts'
import { claimant } from './claimant.ts'
import type { Lane } from './lane.ts'
import { Monitor } from './monitor.ts'
import { type Program, type Shipped, startShipped } from './process.ts'
import { rpcProxy } from './rpc/proxy.ts'
import { writeKeystore } from './signer/keystore.ts'
import { signerProxy } from './signer/proxy.ts'
import { until } from './until.ts'
import { wireProxy } from './wire/proxy.ts'

/** At 100 ms an idle worker takes half a core, and the histories beside it wait for that. */
const CHAIN_POLL_MS = '250'

export type WorldOptions = {
  lane: Lane
  chance: Chance
  members?: number
  /** Units that each member has when it begins. */
  each?: bigint
  /** How far below the head a block is final; two, as the node says, when left out. */
  finalityDepth?: number
  /** Where the queues live. */
  queue?: 'redis' | 'postgres'
  /** How long bytes are left alone before others offer more; 30, as shipped, when left out. */
  replaceAfterSeconds?: number
}

/** A withdrawal that somebody asked for; unsure when PostgreSQL died over it. */
export type Wish = {
  id: string
  member: Member
  units: bigint
  /** EIP-55; the member's own wallet, or another. */
  to: string
  lane: 'push' | 'pull'
  sure: boolean
}
export type Member = { address: string; id: string }

export type World = Awaited<ReturnType<typeof openWorld>>

let worlds = 0

/** What bytes were kept for, and whether they commit an epoch that the checker has not judged. */
const SENT = `
  select t.purpose, t.purpose ~ ':commit' and not exists (
    select from epoch_checks c where c.ok
      and split_part(t.purpose, ':', 2) in (c.number || case c.attempt when 1 then '' else '/' || c.attempt end)
  ) as unchecked
  from chain_attempts a join chain_transactions t on t.id = a.transaction_id where a.hash = $1`

/** A place for histories: a database, a chain, the proxies on the way to both, and members with money. */
export async function openWorld({
  lane,
  chance,
  members: count = 4,
  each = 1_000_000_000n,
  finalityDepth,
  queue = 'redis',
  replaceAfterSeconds = 30,
}: WorldOptions) {
  const number = ++worlds
  const folder = join(lane.folder, `world-${number}`)
  mkdirSync(folder)
  const monitor = new Monitor()
  const [chain, first] = await Promise.all([openChain(), lane.database()])
  let database = first
  const wire = await wireProxy(() => lane.port, monitor)
  /** Broken promises that were seen as they were broken. */
  const seen: string[] = []
  const pools = { app: openPool(), admin: openAdmin() }
  const proxy = await rpcProxy({
    ...{ target: chain.rpcUrl, monitor, finalityDepth },
    onSend: async (_, hash) => {
      // Bytes must be kept before anybody sees them. While PostgreSQL is dead nothing can be said of it.
      const kept = await pools.admin
        .query<{ purpose: string; unchecked: boolean }>(SENT, [hash])
        .catch(() => undefined)
      if (kept?.rows.length === 0) seen.push(`bytes of ${hash} were sent before they were kept`)
      if (kept?.rows[0]?.unchecked) seen.push(`${kept.rows[0].purpose} was sent before the checker said yes`)
    },
  })
  const shipped = new Set<Shipped>()
  const signer = writeKeystore(folder, chain.chain.keys.operator)
  const between = join(folder, 'between.sock')
  const signing = await signerProxy({ path: between, target: join(folder, 'signer.sock'), monitor })
  const claiming = claimant(chain, () => pools.admin)

  function openPool(): Pool {
    return createPool(lane.appUrl(database), { max: 6 })
  }
  function openAdmin(): Pool {
    return createPool(withDatabase(lane.adminUrl, database), { max: 4 })
  }

  function openPools(): void {
    pools.app = openPool()
    pools.admin = openAdmin()
  }
  async function closePools(): Promise<void> {
    await Promise.all([pools.app.end(), pools.admin.end()])
  }

  const place = { CHAIN_ID: String(chain.chainId), VAULT_ADDRESS: chain.vault }
  const environment = (program: Program): Record<string, string> => {
    if (program === 'signer') return { ...place, ...signer }
    const books = { DATABASE_URL: lane.appUrl(database, wire.port), CHAIN_POLL_MS }
    return program === 'checker' ? { ...place, ...books } : { ...place, ...books, ...worker() }
  }
  const worker = (): Record<string, string> => ({
    CHAIN_RPC_URL: proxy.url,
    TOKEN_ADDRESS: chain.token,
    VAULT_DEPLOY_BLOCK: String(chain.chain.deployBlock),
    SIGNER_URL: `unix:${between}`,
    OPERATOR_ADDRESS: chain.operator,
    CHECKER: 'required',
    // As short as it gets would heal what is never sent again before anybody has seen it.
    REPLACE_AFTER_SECONDS: String(replaceAfterSeconds),
    SECRET_KEY: 'a secret of histories, which is long enough',
    SETTLEMENT_SECONDS: '1',
    WITHDRAWAL_HOLD_SECONDS: '1',
    MIN_WITHDRAWAL: '0.000001',
    ...(queue === 'redis' && lane.redis ? { REDIS_URL: `${lane.redis.url}/${number % 256}` } : {}),
  })

  const addresses = Array.from({ length: count }, () => Wallet.createRandom().address)
  for (const address of addresses) await chain.deposit(address, each)
  const members: Member[] = []

  async function start(program: Program = 'worker'): Promise<Shipped> {
    const child = await startShipped(program, environment(program), folder)
    shipped.add(child)
    void child.exited.then(({ code, signal }) => {
      if (shipped.delete(child)) seen.push(`the ${program} ended by itself: ${signal ?? `code ${code}`}`)
    })
    return child
  }
  await Promise.all([start('signer'), start('checker')])

  return {
    ...{ number, lane, chain, proxy, wire, monitor, chance, members, seen, pools, shipped, folder },
    /** Everything that was ever asked for, by its id. */
    wishes: new Map<string, Wish>(),
    get database() {
      return database
    },
    /** Halts that are meant to come, as `scope/reason`. */
    meant: new Set<string>(),
    /** Whom withdrawals to another address go to. */
    others: [Wallet.createRandom().address, Wallet.createRandom().address],
    journal: signer.SIGNER_JOURNAL!,
    /** Starts a shipped program; signer and checker run since the world began. */
    start,
    /** SIGKILL to every process of a program; returns when they are gone. */
    async kill(program: Program): Promise<void> {
      const those = [...shipped].filter((one) => one.program === program)
      for (const one of those) shipped.delete(one)
      await Promise.all(those.map((one) => one.kill()))
    },
    /** Has the queue begin anew: the jobs of a killed worker would else hold its successor up for ten seconds. */
    async forgetQueue(): Promise<void> {
      if (queue === 'redis') await lane.redis?.command(`SELECT ${number % 256}\r\nFLUSHDB`)
    },
    /** Waits until the deposits that it began with are credited. */
    async begun(): Promise<void> {
      await until('the first deposits are credited', async () => {
        const { rows } = await pools.admin.query<Member>(
          `select m.id, m.address from members m join ledger.account a on a.ref = 'member:' || m.id || ':available'
           where m.address = any($1) and a.balance > 0 order by m.address`,
          [addresses.map((address) => getAddress(address))],
        )
        if (rows.length < addresses.length) return false
        members.splice(0, members.length, ...rows)
        return true
      })
    },
    closePools,
    openPools,
    /** Puts another database in the place of this one; nobody may be connected by the proxy. */
    async replaceDatabase(next: string): Promise<void> {
      const old = database
      await closePools()
      database = next
      openPools()
      await lane.dropDatabase(old)
    },
    async close(): Promise<void> {
      const running = [...shipped]
      shipped.clear()
      await Promise.all([...running.map((child) => child.kill()), claiming.close()])
      await closePools()
      await Promise.all([wire.close(), proxy.close(), signing.close()])
      await chain.close()
      await lane.dropDatabase(database).catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
