import type { Pool } from '@rivulet/db'
import { AUTO_WITHDRAWALS_BELL, CAMPAIGNS_BELL, WEBHOOKS_BELL } from '@rivulet/economy'
import { auditBooks } from '../audit/audit.ts'
import { keepBooks } from '../books/keep-books.ts'
import { broadcast } from '../chain/broadcast.ts'
import { type Chain, checkChain } from '../chain/chain.ts'
import { watchChain } from '../chain-watcher/watch.ts'
import type { Config } from '../config.ts'
import { forgetOldNotifications } from '../notifications/forget.ts'
import { tellOfReactions } from '../notifications/tell.ts'
import { keepPeriods } from '../periods/close.ts'
import { compareRules } from '../rules/compare.ts'
import { Sender } from '../sender/send.ts'
import { forgetOld } from '../servings/forget.ts'
import { settle } from '../settlement/settle.ts'
import type { Signer } from '../signer/signer.ts'
import { chargeSubscriptions } from '../subscriptions/charge.ts'
import { endSuspended } from '../suspensions/end.ts'
import { keepTrending } from '../trending/keep.ts'
import { endViews } from '../views/end.ts'
import { Deliverer } from '../webhooks/deliver.ts'
import { withdrawForOrders } from '../withdrawals/automatic.ts'
import { releaseWithdrawals } from '../withdrawals/release.ts'
import type { Room } from './room.ts'

export type RoomDeps = {
  config: Config
  pool: Pool
  /** For the few statements that read everything. */
  patientPool: Pool
  chain: Chain
  signer: Signer
}

const AUDIT_EVERY_MS = 60_000
const RULES_EVERY_MS = 60_000
const BOOKS_EVERY_MS = 3_600_000
const SUSPENSIONS_EVERY_MS = 5_000
const WEBHOOKS_EVERY_MS = 1_000
const REACTIONS_EVERY_MS = 1_000
const NOTIFICATIONS_EVERY_MS = 600_000
const SERVINGS_EVERY_MS = 600_000
const TRENDING_EVERY_MS = 10_000
const CLEARING_GRACE_MS = 3_600_000

/** The fee ceiling and the patience of the configuration, as the sender takes them. */
const senderOptions = (config: Config) => ({
  ceiling: config.MAX_FEE_GWEI,
  patience: { seconds: config.REPLACE_AFTER_SECONDS, blocks: config.REPLACE_AFTER_BLOCKS },
})

/** The rooms of the worker. Those on the chain first make sure, once, that it is the right one. */
export function createRooms({ config, pool, patientPool, chain, signer }: RoomDeps): Room[] {
  const { rules } = config
  const sender = new Sender(pool, chain.provider, signer, chain.id, {
    ...senderOptions(config),
    send: (raw) => broadcast(chain, raw),
  })
  const settlement = {
    pool,
    buildPool: patientPool,
    chain,
    lane: sender.lane,
    rules,
    secret: config.SECRET_KEY,
    treasury: config.TREASURY_ADDRESS ?? signer.address,
    everySeconds: config.SETTLEMENT_SECONDS,
    checkerRequired: config.CHECKER === 'required',
  }
  const watcher = { pool, chain, rules, seen: {} }
  const clearingMaxAgeMs = 1_000 * (rules.periodSeconds + 3 * config.SETTLEMENT_SECONDS) + CLEARING_GRACE_MS
  const books = { pool: patientPool, clearingMaxAgeMs, seen: {} }
  const deliverer = new Deliverer(pool, { ...config.webhooks, timeoutMs: config.WEBHOOKS_TIMEOUT_MS })
  let known = false
  const onChain =
    (run: Room['run']): Room['run'] =>
    async (log) => {
      if (!known) await checkChain(chain, rules.decimals)
      known = true
      return run(log)
    }
  const everyMs = config.CHAIN_POLL_MS
  return [
    { name: 'chain-watcher', everyMs, run: onChain((log) => watchChain(watcher, log)) },
    { name: 'settlement', everyMs, bells: ['settlement'], run: onChain((log) => settle(settlement, log)) },
    { name: 'sender', everyMs, bells: ['sender'], run: onChain((log) => sender.run(log)) },
    {
      name: 'periods',
      everyMs: Math.min(Math.max(rules.periodSeconds * 20, 1_000), 60_000),
      run: (log) => keepPeriods({ pool, rules }, log),
    },
    {
      name: 'views',
      everyMs: Math.min(Math.max(rules.views.tokenSeconds * 100, 500), 10_000),
      bells: [CAMPAIGNS_BELL],
      run: (log) => endViews({ pool }, log),
    },
    {
      name: 'subscriptions',
      everyMs: Math.min(Math.max(rules.subscriptions.daySeconds * 20, 1_000), 60_000),
      run: (log) => chargeSubscriptions({ pool, rules }, log),
    },
    {
      name: 'held-withdrawals',
      everyMs: Math.min(Math.max(rules.withdrawalHoldSeconds * 20, 500), 60_000),
      run: (log) => releaseWithdrawals({ pool }, log),
    },
    {
      name: 'automatic-withdrawals',
      everyMs: Math.min(Math.max(config.SETTLEMENT_SECONDS * 100, 500), 60_000),
      bells: [AUTO_WITHDRAWALS_BELL],
      run: (log) => withdrawForOrders({ pool, rules }, log),
    },
    {
      name: 'webhooks',
      everyMs: WEBHOOKS_EVERY_MS,
      bells: [WEBHOOKS_BELL],
      run: (log) => deliverer.run(log),
      drain: () => deliverer.drain(),
    },
    { name: 'reactions', everyMs: REACTIONS_EVERY_MS, run: () => tellOfReactions(pool) },
    {
      name: 'notifications',
      everyMs: NOTIFICATIONS_EVERY_MS,
      run: (log) => forgetOldNotifications(pool, log),
    },
    {
      name: 'audit',
      everyMs: AUDIT_EVERY_MS,
      run: (log) => auditBooks(books, log),
    },
    { name: 'rules', everyMs: RULES_EVERY_MS, run: (log) => compareRules({ pool, rules }, log) },
    { name: 'suspensions', everyMs: SUSPENSIONS_EVERY_MS, run: (log) => endSuspended({ pool }, log) },
    { name: 'servings', everyMs: SERVINGS_EVERY_MS, run: (log) => forgetOld(pool, log) },
    { name: 'trending', everyMs: TRENDING_EVERY_MS, run: (log) => keepTrending({ pool: patientPool }, log) },
    { name: 'books', everyMs: BOOKS_EVERY_MS, run: (log) => keepBooks(books, log) },
  ]
}
