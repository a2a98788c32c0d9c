import { readVault, type VaultState } from '@rivulet/contracts'
import { notify, type Pool, withTransaction } from '@rivulet/db'
import { BookingFault, type Rules } from '@rivulet/economy'
import type { Block } from 'ethers'
import type { Chain } from '../chain/chain.ts'
import type { Log } from '../log.ts'
import { logHalts, raiseHalt, standingHalts } from '../rooms/halts.ts'
import { bookEvents } from './book.ts'
import { beginCursor, type Cursor, moveCursor, readCursor } from './cursor.ts'
import { eventsOf, type PlacedEvent } from './events.ts'
import { judgeReserves, requireComplete, sumsOf } from './reserves.ts'

export type WatcherDeps = {
  pool: Pool
  chain: Chain
  rules: Rules
  /** The vault's sums that were last found to be booked in full; kept between turns, to look less often. */
  seen?: { sums?: string }
  /** Blocks read at a time. */
  maxRange?: number
}

/** Books every final block there is, and says how far it came. */
export async function watchChain(deps: WatcherDeps, log: Log): Promise<string> {
  for (;;) {
    const halts = await standingHalts(deps.pool, ['booking'])
    if (halts.length > 0) {
      logHalts(log, halts)
      return `halted: ${halts[0]?.reason}`
    }
    const said = await bookNextRange(deps, log)
    if (said !== 'more') return said
  }
}

/** One range of blocks: read it, then book it and move the cursor in one transaction. */
async function bookNextRange(deps: WatcherDeps, log: Log): Promise<string> {
  const { pool, chain } = deps
  const { provider } = chain
  const final = await provider.getBlock('finalized')
  if (!final) return 'no block is final yet'
  const cursor = (await readCursor(pool, chain.id)) ?? (await begin(deps, final))
  if (!cursor) return 'the vault is not final yet'
  const booked = await provider.getBlock(cursor.number)
  if (!booked || final.number < cursor.number) return `the node is behind block ${cursor.number}`
  if (booked.hash !== cursor.hash) {
    const detail = `block ${cursor.number} was ${cursor.hash} and is ${booked.hash}`
    return halt(deps, log, 'reorg past finality', detail)
  }
  if (final.number === cursor.number) return `booked to ${cursor.number}`

  const range = await readRange(deps, cursor, final)
  try {
    await book(deps, cursor, range)
  } catch (error) {
    if (!(error instanceof BookingFault)) throw error
    return halt(deps, log, 'cannot be booked', error.message)
  }
  for (const { event, txHash } of range.events) log.info({ event: event.name, txHash }, 'booked')
  return 'more'
}

/** The block before the vault's first, once that is final. */
async function begin({ pool, chain }: WatcherDeps, final: Block): Promise<Cursor | undefined> {
  const number = Math.max(chain.deployBlock - 1, 0)
  if (final.number < number) return undefined
  const block = await chain.provider.getBlock(number)
  if (!block?.hash) return undefined
  await beginCursor(pool, chain.id, { number, hash: block.hash })
  return readCursor(pool, chain.id)
}

type Range = { to: Cursor; events: PlacedEvent[]; vault: VaultState | undefined }

async function readRange(
  { chain, maxRange = 2_000 }: WatcherDeps,
  cursor: Cursor,
  final: Block,
): Promise<Range> {
  const { provider, vault } = chain
  const number = Math.min(cursor.number + maxRange, final.number)
  const logs = await provider.getLogs({ address: vault, fromBlock: cursor.number + 1, toBlock: number })
  const last = number === final.number
  // Nodes keep the state of recent blocks only, so the sums are compared where the range ends at the newest final one.
  const state = last ? await readVault(vault, provider, number) : undefined
  const block = await provider.getBlock(number)
  if (!block?.hash || (last && block.hash !== final.hash) || (state && state.block.hash !== block.hash))
    throw new Error(`block ${number} is final and has changed while it was read`)
  return { to: { number, hash: block.hash }, events: eventsOf(logs), vault: state }
}

async function book(deps: WatcherDeps, cursor: Cursor, { to, events, vault }: Range): Promise<void> {
  const { pool, chain, rules, seen } = deps
  const sums = vault && sumsOf(vault)
  const isMine = await withTransaction(pool, async (tx) => {
    if (!(await moveCursor(tx, chain.id, cursor, to))) return false
    await bookEvents(tx, rules, chain.id, events)
    if (events.length > 0) await notify(tx, 'settlement')
    if (!vault) return true
    if (events.length > 0 || seen?.sums !== sums) await requireComplete(tx, rules, vault)
    await judgeReserves(tx, rules, chain.id, vault)
    return true
  })
  if (isMine && seen && sums) seen.sums = sums
}

async function halt({ pool }: WatcherDeps, log: Log, reason: string, detail: string): Promise<string> {
  log.fatal({ reason, detail }, 'booking is halted')
  await raiseHalt(pool, { scope: 'booking', reason, detail })
  return `halted: ${reason}`
}
