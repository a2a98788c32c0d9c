import type { Pool } from '@rivulet/db'
import type { PeriodOf } from './reckoning/deeds.ts'

/** Every balance in the books, in nano, by the account's name. */
export async function booksOf(database: Pool): Promise<Map<string, bigint>> {
  const { rows } = await database.query<{ ref: string; balance: bigint }>(
    'select ref, balance from ledger.account',
  )
  return new Map(rows.map(({ ref, balance }) => [ref, BigInt(balance)]))
}

/**
 * In which period each act and each paid view was counted, as it is now: of an act, the one it was last switched on in.
 * Of a member, a campaign and a post there may be one view.
 */
export async function periodsOf(
  database: Pool,
  names: { member(id: string): string; post(id: string): string; campaign?(id: string): string },
): Promise<PeriodOf> {
  const acts = await database.query<{ kind: string; who: string; post: string; period: bigint }>(
    `select kind::text as kind, actor_id as who, post_id as post, period from interactions`,
  )
  const views = await database.query<{ campaign: string; who: string; post: string; period: bigint }>(
    `select campaign_id as campaign, member_id as who, post_id as post, period from views where status = 'paid'`,
  )
  const periods = new Map<string, bigint>()
  const keep = (key: string, period: bigint) => {
    if (periods.has(key)) throw new Error(`the books have two of ${key}`)
    periods.set(key, BigInt(period))
  }
  for (const { kind, who, post, period } of acts.rows)
    keep(`${kind} of ${names.post(post)} by ${names.member(who)}`, period)
  for (const { campaign, who, post, period } of views.rows)
    keep(`view of ${names.campaign?.(campaign)} beside ${names.post(post)} by ${names.member(who)}`, period)
  return (deed) => {
    const what = deed.did === 'view' ? `view of ${deed.campaign} beside` : `${deed.did} of`
    const key = `${what} ${deed.post} by ${deed.who}`
    const period = periods.get(key)
    if (period === undefined) throw new Error(`the books know of no ${key}`)
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
