import { MEMBER_ACCOUNTS } from '@rivulet/economy'
import { onConnection } from '@rivulet/stack'
import type { BenchDatabase } from '../harness/database.ts'

/** Transfers of the book that docs/PLANS.md is about. */
export const TRANSFERS = 10_000_000

const MEMBERS = 100_000

/**
 * A large book, laid down without its triggers: what is asked here is how it is read, and not whether it is right. Needs
 * the rights of a superuser.
 */
export async function seed(template: BenchDatabase, transfers: number): Promise<void> {
  await onConnection(template.adminUrl, async (client) => {
    await client.query('set session_replication_role = replica')
    await client.query(PEOPLE, [MEMBERS])
    await client.query(ACCOUNTS, [[...MEMBER_ACCOUNTS]])
    await client.query(POSTS)
    await client.query(`select ledger.extend_partitions(1)`)
    await client.query(`create temp table pledge as
      select row_number() over () - 1 as n, id from ledger.account where ref like '%:pledge'`)
    await client.query(`create temp table pending as
      select row_number() over () - 1 as n, id from ledger.account where ref like '%:pending'`)
    await client.query(
      'create index on pledge (n); create index on pending (n); analyze pledge; analyze pending',
    )
    await client.query(BOOK, [transfers, MEMBERS])
    await client.query(INTERACTIONS, [Math.min(transfers / 10, 1_000_000), MEMBERS])
    await client.query('set session_replication_role = default')
    await client.query('vacuum analyze')
  })
}

const PEOPLE = `
  with made as (
    insert into members (id, address, exit_secret, created_at)
    select uuidv7(), 'member ' || n, decode(repeat('00', 32), 'hex'), now() - interval '1 year'
    from generate_series(1, $1::int) n returning id
  )
  insert into sessions (id, member_id, token_hash, expires_at)
  select uuidv7(), id, sha256(id::text::bytea), now() + interval '1 day' from made`

const ACCOUNTS = `
  insert into ledger.account (ref, balance, version)
  select 'member:' || id || ':' || account, 1000000000, 1 from members, unnest($1::text[]) as account`

const POSTS = `insert into posts (id, author_id, kind, text) select uuidv7(), id, 'note', 'a post' from members`

// Half of it within the current month, the rest over the year before, which lies in the default partition.
const BOOK = `
  insert into ledger.transfer (id, leg, debit, credit, amount, code, posted_at)
  select uuidv7(case when k % 2 = 0 then interval '0' else -(k % 365) * interval '1 day' end), 0, pledge.id, pending.id,
    500000, 2, now()
  from generate_series(1, $1::bigint) k
    join pledge on pledge.n = (k * 7919) % $2::int join pending on pending.n = (k * 104729 + 1) % $2::int`

const INTERACTIONS = `
  with member as (select row_number() over () - 1 as n, id from members),
  post as (select row_number() over () - 1 as n, id, author_id from posts),
  made as (
    insert into interactions (id, actor_id, post_id, kind, active, credited, period)
    select uuidv7(), member.id, post.id, 'like', true, 500000, 1
    from generate_series(1, $1::bigint) k
      join member on member.n = k % $2::int join post on post.n = (k * 31 + k / $2::int) % $2::int
    on conflict do nothing returning id, actor_id, post_id
  )
  insert into receipts (id, interaction_id, payer_id, receiver_id, post_id, kind, stream, source, gross, period, hold, clears_at,
    rule_version, weight, total_weight)
  select uuidv7(), made.id, made.actor_id, post.author_id, made.post_id, 'like', 2, 'pledge', 500000, 1, 'normal',
    now() + interval '1 day', 1, 1, 1
  from made join post on post.id = made.post_id where made.actor_id <> post.author_id`
