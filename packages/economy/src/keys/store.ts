import type { Tx } from '@rivulet/db'
import { literal } from '../sql.ts'
import type { KeyDay } from './rules.ts'

/**
 * Locks what these keys have spent today (UTC, by the clock of the database) until the transaction ends, in the order of
 * the keys. A key's first payment of a day makes its row.
 */
export async function lockDays(tx: Tx, keyIds: string[]): Promise<Map<string, KeyDay>> {
  const ids = [...new Set(keyIds)]
  if (ids.length === 0) return new Map()
  const { rows } = await tx.query<{ id: string; spent: bigint; endsAt: Date }>({
    name: 'lock-key-days',
    text: `insert into api_key_spends as s (key_id, day, amount)
           select k, (now() at time zone 'UTC')::date, 0 from unnest($1::uuid[]) k order by k
           on conflict (key_id, day) do update set amount = s.amount
           returning key_id as id, amount as spent, (day + 1)::timestamp at time zone 'UTC' as "endsAt"`,
    values: [literal(ids)],
  })
  return new Map(rows.map(({ id, spent, endsAt }) => [id, { spent, asked: 0n, endsAt }]))
}

/** Notes what these keys have spent today, all told. Their rows are locked. */
export async function writeDays(tx: Tx, days: Map<string, KeyDay>): Promise<void> {
  if (days.size === 0) return
  await tx.query({
    name: 'write-key-days',
    text: `update api_key_spends s set amount = k.spent
           from unnest($1::uuid[], $2::bigint[]) as k (id, spent)
           where s.key_id = k.id and s.day = (now() at time zone 'UTC')::date`,
    values: [literal([...days.keys()]), literal([...days.values()].map((day) => day.spent))],
  })
}
