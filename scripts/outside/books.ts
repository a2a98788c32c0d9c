import type { Pool } from '@rivulet/db'
import type { PeriodOf } from './reckoning.ts'

/** Every balance in the books, in nano, by the account's name. */
export async function booksOf(database: Pool): Promise<Map<string, bigint>> {
  const { rows } = await database.query<{ ref: string; balance: bigint }>(
    'select ref, balance from ledger.account',
  )
  return new Map(rows.map(({ ref, balance }) => [ref, BigInt(balance)]))
}

/** In which period each act that paid was counted, by payer, post and kind. */
export async function periodsOf(
  database: Pool,
  names: { member(id: string): string; post(id: string): string },
): Promise<PeriodOf> {
  const { rows } = await database.query<{ payer: string; post: string; kind: string; period: bigint }>(
    `select payer_id as payer, post_id as post, kind::text as kind, period from receipts where reversal_id is null`,
  )
  const periods = new Map(
    rows.map((row) => [`${row.kind} ${names.member(row.payer)} ${names.post(row.post)}`, BigInt(row.period)]),
  )
  return ({ kind, who, post }) => {
    const period = periods.get(`${kind} ${who} ${post}`)
    if (period === undefined) throw new Error(`the books have no receipt for ${who}'s ${kind} of ${post}`)
    return period
  }
}

/** The transactions that settled an epoch, in the order they were sent. */
export async function transactionsOf(
  database: Pool,
  epoch: number,
): Promise<{ purpose: string; hash: string }[]> {
  const { rows } = await database.query<{ purpose: string; hash: string }>(
    `select purpose, hash from chain_transactions where purpose like $1 and hash is not null order by nonce`,
    [`epoch:${epoch}:%`],
  )
  return rows
}
