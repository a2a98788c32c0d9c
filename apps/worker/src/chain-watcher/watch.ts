import { notify, type Pool, withTransaction } from '@rivulet/db'
import { BookingFault, type Rules } from '@rivulet/economy'
import type { Block } from 'ethers'
import { agreedHash, EndpointsDisagree } from '../chain/agreed.ts'
import type { Chain } from '../chain/chain.ts'
import type { Log } from '../log.ts'
import { logHalts, raiseHalt, standingHalts } from '../rooms/halts.ts'
import { blocksDown, requireStored } from './blocks.ts'
import { bookEvents } from './book.ts'
import { beginCursor, type Cursor, moveCursor, readCursor } from './cursor.ts'
import { followHead, lastCommon } from './follow.ts'
import { type Range, readRange } from './range.ts'
import { judgeReserves, requireComplete, sumsOf } from './reserves.ts'
import { endSeen } from './seen.ts'

/** What is kept between turns, to look less often or to be sure; losing it loses nothing. */
type Seen = {
  /** The vault's sums that were last found to be booked in full. */
  sums?: string
  /** Turns in a row in which the endpoints disagreed. */
  disagreed?: number
}

export type WatcherDeps = {
  pool: Pool
  chain: Chain
  rules: Rules
  seen: Seen
  /** Blocks read at a time. */
  maxRange?: number
}

const MAX_RANGE = 2_000
/** A node behind a balancer may answer late or from elsewhere; so often in a row, it is no accident. */
const SURE_AFTER_LOOKS = 5

/** Books every final block there is, notes deposits that are not final, and says how far it came. */
export async function watchChain(deps: WatcherDeps, log: Log): Promise<string> {
  for (;;) {
    const halts = await standingHalts(deps.pool, ['booking'])
    if (halts.length > 0) {
      logHalts(log, halts)
      return `halted: ${halts[0]?.reason}`
    }
    try {
      const said = await bookNextRange(deps, log)
      if (said !== 'more') return said
    } catch (error) {
      if (!(error instanceof EndpointsDisagree)) throw error
      deps.seen.disagreed = (deps.seen.disagreed ?? 0) + 1
      if (deps.seen.disagreed < SURE_AFTER_LOOKS) throw error
      deps.seen.disagreed = 0
      return halt(deps, log, 'endpoints disagree', error.message)
    }
  }
}

/** One range of blocks: read it, then book it and move the cursor in one transaction. */
async function bookNextRange(deps: WatcherDeps, log: Log): Promise<string> {
  const { pool, chain, seen, maxRange = MAX_RANGE } = deps
  const final = await finalBlock(chain)
  if (typeof final === 'string') return final
  const cursor = (await readCursor(pool, chain.id)) ?? (await begin(deps, final))
  if (!cursor) return 'the vault is not final yet'
  if (final.number < cursor.number) return `the node is behind block ${cursor.number}`
  const booked = final.number === cursor.number ? final.hash : await agreedHash(chain, cursor.number)
  if (!booked) return `the node is behind block ${cursor.number}`
  if (booked !== cursor.hash) return haltPastFinality(deps, log, cursor, booked)

  const { outcome, dropped } = await followHead({ pool, chain, maxRange }, cursor, final)
  if (dropped > 0) log.warn({ dropped }, 'the chain was reorganised: its last blocks are followed again')
  if (final.number === cursor.number) {
    seen.disagreed = 0
    return `booked to ${cursor.number}${outcome === 'behind' ? ', the head has gone back' : ''}`
  }

  const range = await readRange(chain, cursor, final, maxRange)
  try {
    await book(deps, cursor, range)
  } catch (error) {
    if (!(error instanceof BookingFault)) throw error
    return halt(deps, log, 'cannot be booked', error.message)
  }
  seen.disagreed = 0
  for (const { event, txHash } of range.events) log.info({ event: event.name, txHash }, 'booked')
  return 'more'
}

/** The last block that is final at every endpoint; a text, when one does not have it yet. */
async function finalBlock(chain: Chain): Promise<Block | string> {
  const finals = await Promise.all(chain.endpoints.map((endpoint) => endpoint.getBlock('finalized')))
  const lowest = finals.reduce((a, b) => (a && b && b.number < a.number ? b : a && b ? a : null))
  if (!lowest) return 'no block is final yet'
  if (finals.length === 1) return lowest
  const hash = await agreedHash(chain, lowest.number)
  if (hash !== lowest.hash)
    throw new Error(`block ${lowest.number} is final and has changed while it was read`)
  return lowest
}

/** The block before the vault's first, once that is final. */
async function begin({ pool, chain }: WatcherDeps, final: Block): Promise<Cursor | undefined> {
  const number = Math.max(chain.deployBlock - 1, 0)
  if (final.number < number) return undefined
  const hash = await agreedHash(chain, number)
  if (!hash) return undefined
  await beginCursor(pool, chain.id, { number, hash })
  return readCursor(pool, chain.id)
}

async function book(deps: WatcherDeps, cursor: Cursor, range: Range): Promise<void> {
  const { pool, chain, rules, seen } = deps
  const { to, events, blocks, vault } = range
  const sums = vault && sumsOf(vault)
  const isMine = await withTransaction(pool, async (tx) => {
    if (!(await moveCursor(tx, chain.id, cursor, to))) return false
    await requireStored(tx, chain.id, [...blocks, to])
    await bookEvents(tx, rules, chain.id, events)
    await endSeen(tx, chain.id, to.number)
    if (events.length > 0) await notify(tx, 'settlement')
    if (!vault) return true
    if (events.length > 0 || seen.sums !== sums) await requireComplete(tx, rules, vault)
    await judgeReserves(tx, rules, chain.id, vault)
    return true
  })
  if (isMine && sums) seen.sums = sums
}

/** Blocks that were booked are others now. Which stored ones are still there tells how deep it goes. */
async function haltPastFinality(deps: WatcherDeps, log: Log, cursor: Cursor, hash: string): Promise<string> {
  const { pool, chain } = deps
  const stored = await blocksDown(pool, chain.id, { from: cursor.number, to: 0 })
  const common = await lastCommon(chain, stored, { number: cursor.number, hash })
  const depth = common ? `block ${common.number} is the last that is the same` : 'no stored block is the same'
  const detail = `block ${cursor.number} was ${cursor.hash} and is ${hash}; ${depth}`
  return halt(deps, log, 'reorg past finality', detail)
}

async function halt({ pool }: WatcherDeps, log: Log, reason: string, detail: string): Promise<string> {
  log.fatal({ reason, detail }, 'booking is halted')
  await raiseHalt(pool, { scope: 'booking', reason, detail })
  return `halted: ${reason}`
}
