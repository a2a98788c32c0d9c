import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Db } from './connect.ts'

/** An epoch as its row says it; amounts in token units. */
export type EpochToCheck = {
  number: number
  attempt: number
  status: string
  root: string
  payoutRoot: string
  gross: bigint
  authorisedTotal: bigint
  depth: number
  depositsSeen: bigint
  payoutTotal: bigint
  expectedExecuted: string
  dataHash: string
  block: bigint
  snapshot: string
}

const COLUMNS = `number, attempt, status::text, root, payout_root as "payoutRoot", gross,
  authorised_total as "authorisedTotal", depth, deposits_seen as "depositsSeen", payout_total as "payoutTotal",
  expected_executed as "expectedExecuted", data_hash as "dataHash", snapshot_block as block, snapshot`

/** The epoch that waits for a judgement, if one does. */
export async function nextToCheck(db: Db | pg.Pool): Promise<EpochToCheck | undefined> {
  const { rows } = await db.query<EpochToCheck>(
    `select ${COLUMNS} from epochs e where status in ('built', 'checked', 'committed')
     and not exists (select from epoch_checks c where c.number = e.number and c.attempt = e.attempt)
     order by number limit 1`,
  )
  return rows[0]
}

/** That build of an epoch, if it is still there. */
export async function epochOf(
  db: Db | pg.Pool,
  number: number,
  attempt?: number,
): Promise<EpochToCheck | undefined> {
  const { rows } = await db.query<EpochToCheck>(
    `select ${COLUMNS} from epochs where number = $1 and ($2::int is null or attempt = $2)`,
    [number, attempt ?? null],
  )
  return rows[0]
}

/** What was found of a build; undefined while it was not judged. */
export async function checkOf(
  pool: pg.Pool,
  number: number,
  attempt: number,
): Promise<{ ok: boolean; detail: string } | undefined> {
  const { rows } = await pool.query<{ ok: boolean; detail: string }>(
    'select ok, detail from epoch_checks where number = $1 and attempt = $2',
    [number, attempt],
  )
  return rows[0]
}

/** Writes a judgement down, the first of a build, and wakes settlement. */
export async function saveCheck(
  pool: pg.Pool,
  { number, attempt }: EpochToCheck,
  faults: readonly string[],
): Promise<void> {
  await pool.query(
    `with said as (
       insert into epoch_checks (id, number, attempt, ok, detail) values ($1, $2, $3, $4, $5)
       on conflict (number, attempt) do nothing returning 1
     )
     select pg_notify('rivulet_wake', 'settlement') from said`,
    [randomUUID(), number, attempt, faults.length === 0, faults.join('; ') || 'as it should be'],
  )
}
