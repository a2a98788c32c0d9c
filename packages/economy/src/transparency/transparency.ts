import type { Pool } from '@rivulet/db'
import { RESERVE, SURPLUS } from '../chart.ts'

/** The books against the vault, in nano: reserves = liabilities + inFlight + surplus, always. */
export type Transparency = {
  /** What the vault holds, as booked up to `block`. */
  reserves: bigint
  /** What members and the platform are owed. */
  liabilities: bigint
  /** What strangers sent to the vault without being owed for it. */
  surplus: bigint
  /** Payouts on their way. */
  inFlight: bigint
  /** The last final block that is booked, and when; absent before the first. */
  block: bigint | null
  asOf: Date
  /** The latest settled epoch. */
  epoch: number | null
}

/** Adds the books up, in one snapshot. */
export async function transparency(pool: Pool): Promise<Transparency> {
  const { rows } = await pool.query<Transparency>(
    `select coalesce(-sum(balance) filter (where ref = $1), 0)::bigint as reserves,
            coalesce(sum(balance) filter (where ref = $2), 0)::bigint as surplus,
            coalesce(sum(balance) filter (where ref like 'settling:%'), 0)::bigint as "inFlight",
            coalesce(sum(balance) filter (where ref <> $1 and ref <> $2 and ref not like 'settling:%'), 0)::bigint
              as liabilities,
            (select block_number from chain_cursor limit 1) as block,
            coalesce((select updated_at from chain_cursor limit 1), now()) as "asOf",
            (select max(number) from epochs where status = 'settled') as epoch
     from ledger.account`,
    [RESERVE, SURPLUS],
  )
  return rows[0] as Transparency
}
