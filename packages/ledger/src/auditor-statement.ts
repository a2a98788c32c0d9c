/**
 * The audit as one statement: $1 prefixes of clearing accounts, $2 their ages in ms. Lines: `book` (accounts, transfers
 * read, now), `checkpoint` (the last one), `clearing`, and one of each violation.
 */
export function auditStatement(from: 'beginning' | 'checkpoint'): string {
  return `
  with checkpoint as (
    select coalesce(max(upto), 0) as upto from ledger.checkpoint
  ), ${from === 'beginning' ? FROM_BEGINNING : FROM_CHECKPOINT}, compared as (
    select coalesce(a.ref, h.account::text) as ref, a.id, a.floor, a.balance, a.version,
      coalesce(h.balance, 0) as history_balance, coalesce(h.version, 0) as history_version
    from ledger.account a full join history h on h.account = a.id
  ), clearing as (
    select a.ref, a.balance, rule.max_age_ms,
      extract(epoch from statement_timestamp() - work.began) * 1000 as age_ms
    from unnest($1::text[], $2::float8[]) as rule (prefix, max_age_ms)
      join ledger.account a on starts_with(a.ref, rule.prefix) and a.balance <> 0
      left join lateral (
        select min(entry.posted_at) filter (where entry.seq > coalesce(entry.last_empty, 0)) as began
        from (
          select walk.seq, walk.posted_at, max(walk.seq) filter (where walk.balance = 0) over () as last_empty
          from (
            select leg.seq, leg.posted_at, sum(leg.amount) over (order by leg.seq) as balance
            from (
              select t.seq, t.posted_at, -t.amount as amount from ledger.transfer t where t.debit = a.id
              union all
              select t.seq, t.posted_at, t.amount from ledger.transfer t where t.credit = a.id
            ) leg
          ) walk
        ) entry
      ) work on true
  ), violation as (
    select 'sum_not_zero' as line, null as ref, 0 as expected, sum(balance) as found
    from ledger.account having sum(balance) <> 0
    union all
    select 'unknown_account', ref, 0, history_version from compared where id is null
    union all
    select 'balance_differs', ref, history_balance, balance from compared where balance <> history_balance
    union all
    select 'version_differs', ref, history_version, version from compared where version <> history_version
    union all
    select 'below_floor', ref, floor, balance from compared where balance < floor
    union all
    select 'clearing_overdue', ref, 0, balance from clearing where age_ms > max_age_ms
    union all
    select 'checkpoint_differs', ref, expected, found from differing
  )
  select 'book' as line, null as ref, (select count(*) from ledger.account)::text as expected,
    coalesce((select sum(version) from legs) / 2, 0)::bigint::text as found,
    (extract(epoch from statement_timestamp()) * 1000)::text as milliseconds
  union all
  select 'checkpoint', null, null, upto::text, null from checkpoint
  union all
  (select line, ref, expected::text, found::text, null from violation order by line, ref limit 1000)
  union all
  (select distinct on (ref) 'clearing', ref, null, balance::text, coalesce(age_ms, 0)::text from clearing order by ref)`
}

const FROM_CHECKPOINT = `
  legs as (
    select leg.account, leg.amount as balance, leg.legs as version
    from checkpoint, ledger.legs_between(checkpoint.upto, 9223372036854775807) leg
  ), history as (
    select known.account, sum(known.balance) as balance, sum(known.version) as version
    from (
      select account, balance, version from ledger.checkpoint_balance
      union all
      select account, balance, version from legs
    ) known
    group by known.account
  ), differing as (
    select null as ref, 0 as expected, 0 as found where false
  )`

const FROM_BEGINNING = `
  legs as (
    select side.account, sum(side.balance) as balance, sum(side.version) as version,
      coalesce(sum(side.early_balance), 0) as early_balance, sum(side.early_version) as early_version
    from (
      select debit as account, -sum(amount) as balance, count(*) as version,
        -sum(amount) filter (where seq <= (select upto from checkpoint)) as early_balance,
        count(*) filter (where seq <= (select upto from checkpoint)) as early_version
      from ledger.transfer group by debit
      union all
      select credit, sum(amount), count(*),
        sum(amount) filter (where seq <= (select upto from checkpoint)),
        count(*) filter (where seq <= (select upto from checkpoint))
      from ledger.transfer group by credit
    ) side
    group by side.account
  ), history as (
    select account, balance, version from legs
  ), differing as (
    -- told by what differs: the balance, else the count of legs
    select coalesce(a.ref, both_sides.account::text) as ref,
      case when early_balance <> noted_balance then early_balance else early_version end as expected,
      case when early_balance <> noted_balance then noted_balance else noted_version end as found
    from (
      select account, coalesce(legs.early_balance, 0) as early_balance, coalesce(legs.early_version, 0) as early_version,
        coalesce(noted.balance, 0) as noted_balance, coalesce(noted.version, 0) as noted_version
      from legs full join ledger.checkpoint_balance noted using (account)
    ) both_sides left join ledger.account a on a.id = both_sides.account
    where early_balance <> noted_balance or early_version <> noted_version
  )`
