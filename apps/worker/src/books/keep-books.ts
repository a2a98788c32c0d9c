import { extendPartitions, lastCheckpoint, takeCheckpoint } from '@rivulet/ledger'
import { type AuditDeps, checkLaws } from '../audit/audit.ts'
import type { Log } from '../log.ts'

const MONTHS_AHEAD = 3
const DAY_MS = 86_400_000
const PATIENCE_MS = 10_000

export type BooksDeps = AuditDeps & {
  /** What this process did last, in milliseconds since the epoch. Forgotten, it is done once too often. */
  seen: { wholeAuditAt?: number }
  /** How long a checkpoint waits for the transactions that are at work. */
  patienceMs?: number
}

/**
 * Makes the months of transfers ahead. When the last checkpoint is a day old, reads the books from the beginning, and
 * takes the next checkpoint if every law holds: what is wrong never gets into one.
 */
export async function keepBooks(deps: BooksDeps, log: Log): Promise<string> {
  await makeMonths(deps, log)
  const { takenAt } = await lastCheckpoint(deps.pool)
  if (!isDayOld(takenAt?.getTime())) return 'nothing is due'

  // Once a day; when the checkpoint could not be taken afterwards, what came since is enough the next time.
  const from = isDayOld(deps.seen.wholeAuditAt) ? 'beginning' : 'checkpoint'
  const { broken } = await checkLaws(deps, from, log)
  if (broken > 0) throw new Error(`${broken} laws broken: no checkpoint`)
  if (from === 'beginning') deps.seen.wholeAuditAt = Date.now()

  const taken = await takeCheckpoint(deps.pool, { patienceMs: deps.patienceMs ?? PATIENCE_MS })
  if (taken.outcome === 'taken') {
    log.info({ upto: taken.upto.toString(), transfers: taken.transfers.toString() }, 'took a checkpoint')
    return 'a checkpoint is taken'
  }
  return taken.outcome === 'unsettled'
    ? 'the checkpoint waits: a transaction is at work for long'
    : 'nothing was posted since the last checkpoint'
}

async function makeMonths({ pool }: BooksDeps, log: Log): Promise<void> {
  const { made, inDefault, busy } = await extendPartitions(pool, { monthsAhead: MONTHS_AHEAD })
  for (const partition of made) log.info({ partition }, 'made a month of transfers')
  for (const partition of inDefault)
    log.warn(
      { partition },
      'a month of transfers lies in the default partition already: docs/LEDGER.md says what to do',
    )
  if (busy[0])
    log.info({ partitions: busy }, 'months of transfers are made later: the table is held by somebody')
}

function isDayOld(moment = 0): boolean {
  return Date.now() - moment >= DAY_MS
}
