import { periodsOf } from '../books.ts'
import type { Deed } from '../reckoning/deeds.ts'
import { until } from '../until.ts'
import { type Life, note } from './life.ts'

const hasPeriod = (deed: Deed) => ['like', 'read', 'comment', 'repost', 'view'].includes(deed.did)

/** Asks the books in which period each new act and view was counted: of this alone they have to be believed. */
export async function askPeriods(life: Life): Promise<bigint> {
  const inverse = (names: [string, string][]) => {
    const byId = new Map(names.map(([name, id]) => [id, name]))
    return (id: string) => byId.get(id) ?? id
  }
  const periodOf = await periodsOf(life.database, {
    member: inverse([...life.people].map(([name, { id }]) => [name, id])),
    post: inverse([...life.posts]),
    campaign: inverse([...life.campaigns]),
  })
  for (const deed of life.deeds)
    if (hasPeriod(deed) && !life.periods.has(deed)) life.periods.set(deed, periodOf(deed as never))
  return [...life.periods.values()].reduce((newest, period) => (period > newest ? period : newest), 0n)
}

/** Logs the periods that have been closed since this was last asked. */
export async function noteCloses(life: Life): Promise<void> {
  const { rows } = await life.database.query<{ number: string | bigint }>(
    `select number from periods where status = 'closed' order by number`,
  )
  const noted = new Set(life.deeds.flatMap((deed) => (deed.did === 'close period' ? [deed.period] : [])))
  for (const { number } of rows)
    if (!noted.has(BigInt(number))) note(life, { did: 'close period', period: BigInt(number) })
}

/**
 * Waits until everything done so far is closed and cleared. Nothing that earns may be done meanwhile, and nothing may have
 * been closed between the first of the deeds and the last: in the middle of them nobody outside could tell what was left.
 */
export async function closeAndClear(life: Life): Promise<void> {
  const newest = await askPeriods(life)
  await until(`period ${newest} is closed`, async () => {
    const { rows } = await life.database.query(
      `select from periods where number >= $1 and status = 'closed' limit 1`,
      [newest],
    )
    return rows.length > 0
  })
  await until('everything pending has cleared', async () => {
    const { rows } = await life.database.query(
      `select from ledger.account where ref like 'member:%:pending' and balance <> 0 limit 1`,
    )
    return rows.length === 0
  })
  await noteCloses(life)
  note(life, { did: 'clear' })
}
