import type { Pool } from '@rivulet/db'

export type Row = Record<string, unknown>

/** The books as they stand in one moment. Amounts of withdrawals and events are nano. */
export type Books = {
  broken: string[]
  cursor: number
  withdrawals: {
    id: string
    memberId: string
    amount: bigint
    claimed: bigint
    to: string
    lane: 'push' | 'pull'
    status: string
    epoch: number | null
    batch: number | null
  }[]
  events: { kind: string; tx: string; log: number; block: number; account: string | null; amount: bigint }[]
  transactions: {
    id: string
    nonce: number
    purpose: string
    status: string
    hash: string | null
    block: number | null
    succeeded: boolean | null
    to: string
    data: string
  }[]
  attempts: { transaction: string; hash: string; raw: string }[]
  balances: Map<string, bigint>
  halts: string[]
  /** Every build of every epoch; `status` is `discarded` for those that came to nothing. */
  builds: { number: number; attempt: number; root: string; status: string; judged: boolean }[]
}

/** Each finds what breaks a law of the books, in statements of the harness's own. */
const LAWS: Record<string, string> = {
  'balances sum to zero': `select sum(balance)::text as found from ledger.account having sum(balance) <> 0`,
  'a balance is the sum of its transfers': `
    select a.ref, a.balance::text as found from ledger.account a
    where a.balance <> (select coalesce(sum(case when t.credit = a.id then t.amount else -t.amount end), 0)
                        from ledger.transfer t where a.id in (t.debit, t.credit))`,
  'nobody but the reserve is below zero': `
    select ref, balance::text as found from ledger.account where balance < 0 and ref <> 'chain:reserve'`,
  'what is withdrawing is asked for': `
    select a.ref, a.balance::text as found from ledger.account a where a.ref like 'member:%:withdrawing' and a.balance <>
      (select coalesce(sum(w.amount), 0) from withdrawals w
       where a.ref = 'member:' || w.member_id || ':withdrawing' and w.status in ('requested', 'held'))`,
  'what is settling is on its way': `
    select a.ref, a.balance::text as found from ledger.account a where a.ref like 'settling:%' and a.balance <>
      (select coalesce(sum(w.amount), 0) from withdrawals w
       where a.ref = 'settling:' || w.epoch and w.status in ('settling', 'submitted'))`,
  'what is owed was refused or can be claimed': `
    select a.ref, a.balance::text as found from ledger.account a where a.ref like 'member:%:owed' and a.balance <>
      (select coalesce(sum(w.amount - w.claimed), 0) from withdrawals w
       where a.ref = 'member:' || w.member_id || ':owed' and w.status = 'owed')`,
  'the reserve is what the chain told': `
    select a.balance::text as found from ledger.account a where a.ref = 'chain:reserve' and -a.balance <>
      (select coalesce(sum(case when kind in ('deposit', 'surplus') then amount else -amount end), 0) from chain_events)`,
  'a nonce has one purpose, and none is left out': `
    select signer, count(*)::text as found from chain_transactions group by chain_id, signer
    having count(*) <> max(nonce) - min(nonce) + 1 or count(distinct nonce) <> count(*)`,
  'a withdrawal has been in the state it is in': `
    select w.id, w.status::text as found from withdrawals w where not exists (
      select from withdrawal_transitions t where t.withdrawal_id = w.id and t.status = w.status)`,
  'what may be claimed was asked for': `
    select v.address, v.authorised::text as found from vault_accounts v where v.authorised * 1000 <>
      (select coalesce(sum(w.amount), 0) from withdrawals w
       where w."to" = v.address and w.lane = 'pull' and w.status in ('settling', 'owed', 'confirmed'))`,
  'what was claimed ended withdrawals of the pull lane': `
    select v.address, v.claimed::text as found from vault_accounts v where v.claimed * 1000 <>
      (select coalesce(sum(w.claimed), 0) from withdrawals w where w."to" = v.address and w.lane = 'pull')`,
  'a withdrawal that is confirmed in the pull lane was claimed whole': `
    select id, claimed::text as found from withdrawals
    where lane = 'pull' and (status = 'confirmed') <> (claimed = amount)`,
  'a withdrawal that waits is in no epoch, and one that an epoch has is': `
    select id, status::text as found from withdrawals
    where (status in ('requested', 'held', 'cancelled')) <> (epoch is null)`,
  'attempts at an epoch are counted without a gap': `
    select number, string_agg(attempt::text, ',') as found
    from (select number, attempt from epochs union all select number, attempt from discarded_epochs) b
    group by number having count(*) <> max(attempt) or count(distinct attempt) <> count(*)`,
  'of a discarded epoch nothing is left': `
    select number, count(*)::text as found
    from (select epoch as number from epoch_leaves union all select epoch from epoch_nodes
          union all select epoch from epoch_batches union all select epoch from epoch_file_parts
          union all select epoch from withdrawals where epoch is not null) o
    where number not in (select number from epochs) group by number`,
  'a withdrawal ends once': `
    select withdrawal_id, count(*)::text as found from withdrawal_transitions
    where status in ('confirmed', 'cancelled', 'refunded') group by withdrawal_id having count(*) > 1`,
}

/** Reads the books by SQL of the harness's own, all in one snapshot. */
export async function readBooks(pool: Pool): Promise<Books> {
  const client = await pool.connect()
  let failed = true
  const rows = async <T extends Row>(sql: string) => (await client.query<T>(sql)).rows
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    const broken: string[] = []
    for (const [law, sql] of Object.entries(LAWS))
      for (const row of (await rows(sql)).slice(0, 3)) broken.push(`${law}: ${JSON.stringify(row)}`)
    const [cursor] = await rows<{ at: bigint }>('select block_number as at from chain_cursor')
    const balances = await rows<{ ref: string; balance: bigint }>('select ref, balance from ledger.account')
    const books: Books = {
      broken,
      cursor: Number(cursor?.at ?? 0),
      withdrawals: await rows(
        `select id, member_id as "memberId", amount, claimed, "to", lane::text, status::text,
                epoch, batch from withdrawals order by id`,
      ),
      events: (
        await rows<Books['events'][number]>(
          `select kind, tx_hash as tx, log_index as log, block_number as block, account, amount from chain_events`,
        )
      ).map((event) => ({ ...event, block: Number(event.block) })),
      transactions: (
        await rows<Books['transactions'][number]>(
          `select id, nonce, purpose, status::text, hash, block_number as block, succeeded, "to", data
           from chain_transactions order by nonce`,
        )
      ).map((sent) => ({ ...sent, block: sent.block === null ? null : Number(sent.block) })),
      attempts: await rows('select transaction_id as transaction, hash, raw from chain_attempts'),
      balances: new Map(balances.map(({ ref, balance }) => [ref, balance])),
      halts: (
        await rows<{ halt: string }>(
          `select scope || '/' || reason || ': ' || detail as halt from halts where cleared_at is null`,
        )
      ).map(({ halt }) => halt),
      builds: await rows(
        `select b.*, coalesce(c.ok, false) as judged
         from (select number, attempt, root, status::text from epochs
               union all select number, attempt, root, 'discarded' from discarded_epochs) b
         left join epoch_checks c using (number, attempt) order by number, attempt`,
      ),
    }
    await client.query('rollback')
    failed = false
    return books
  } finally {
    client.release(failed)
  }
}
