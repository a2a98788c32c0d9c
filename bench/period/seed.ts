import { createPool, newId } from '@rivulet/db'
import { memberRefs, RESERVE } from '@rivulet/economy'
import { amountOf, PostgresLedger } from '@rivulet/ledger'
import { onConnection } from '@rivulet/stack'
import type { BenchArguments } from '../harness/arguments.ts'
import type { BenchDatabase } from '../harness/database.ts'

/** Members with a budget, and what each of them did in the period. */
export const membersOf = ({ quick }: BenchArguments) => (quick ? 300 : 100_000)
export const ACTS = 10

/** Nano that every budget is left with. */
export const BUDGET = 25_000_000n

/** Posts without interactions, of the most popular authors, for those who like meanwhile. */
export const FRESH = 100

const BATCH = 500

/**
 * Members with budgets and what they did yesterday: mostly likes, of posts and authors by a power law; one in twenty by a
 * share, one post in fifty by two authors.
 */
export async function seed(template: BenchDatabase, arguments_: BenchArguments): Promise<void> {
  const members = membersOf(arguments_)
  await onConnection(template.adminUrl, async (client) => {
    await client.query('select setseed(0.4)')
    await client.query(MEMBERS, [members])
    await client.query(NUMBERED_MEMBERS)
    await client.query(POSTS, [members])
    await client.query(NUMBERED_POSTS)
    await client.query(FRESH_POSTS)
    await client.query(INTERACTIONS, [members, ACTS])
  })
  await openBooks(template.url)
}

async function openBooks(url: string): Promise<void> {
  const pool = createPool(url, { max: 1 })
  try {
    const ledger = new PostgresLedger(pool)
    const { rows } = await pool.query<{ id: string }>('select id from members order by id')
    await ledger.open([RESERVE])
    for (let at = 0; at < rows.length; at += BATCH) {
      const ids = rows.slice(at, at + BATCH).map((row) => row.id)
      await ledger.open(ids.flatMap(memberRefs))
      await ledger.post(
        ids.map((id) => ({
          ...{ id: newId(), leg: 0, amount: amountOf(BUDGET), code: 1 },
          ...{ debit: RESERVE, credit: `member:${id}:budget` },
        })),
      )
    }
  } finally {
    await pool.end()
  }
}

// The n-th of all members; old enough for the normal hold.
const MEMBERS = `
  insert into members (id, address, exit_secret, created_at)
  select uuidv7(), 'member ' || lpad(n::text, 8, '0'), decode(repeat('00', 32), 'hex'), now() - interval '30 days'
  from generate_series(1, $1::int) n`

// Numbered, so that rows are found by joins.
const NUMBERED_MEMBERS = `
  create temporary table person as select row_number() over (order by address)::int as n, id from members`

// A post for every second member, numbered by its tag. The cube of an even chance is what makes the power law.
const POSTS = `
  insert into posts (id, author_id, kind, text, tags, split_members, split_bps)
  select uuidv7(), a.id, 'note', 'a post', array[p.n::text],
    case when p.n % 50 = 0 and a.id <> b.id then array[a.id, b.id] end,
    case when p.n % 50 = 0 and a.id <> b.id then array[6667, 3333] end
  from (
    select n, 1 + floor($1::int * random() ^ 3)::int as author, 1 + n % $1::int as other
    from generate_series(1, $1::int / 2) n
  ) p join person a on a.n = p.author join person b on b.n = p.other`

const NUMBERED_POSTS = `
  create temporary table popular as select tags[1]::int - 1 as n, id from posts`

const FRESH_POSTS = `
  insert into posts (id, author_id, kind, text, tags)
  select uuidv7(), id, 'note', 'a fresh post', array['fresh'] from person where n <= ${FRESH}`

// Of ten acts the k-th is of a post whose number ends so: no act twice.
const INTERACTIONS = `
  insert into interactions (id, actor_id, post_id, kind, active, unfunded, period, via_id, sharer_id, created_at)
  select uuidv7(), a.actor, p.id,
    (case when chance < 0.7 then 'like' when chance < 0.95 then 'read' when chance < 0.99 then 'comment'
      else 'repost' end)::interaction_kind,
    true, true, floor(extract(epoch from now()) / 86400)::bigint - 1,
    case when shared then p.id end, case when shared then s.id end, now() - interval '1 day'
  from (
    select m.id as actor, random() as chance, random() < 0.05 as shared, 1 + (m.n * 7) % $1::int as sharer,
      floor($1::int / 2 / $2::int * random() ^ 3)::int * $2::int + k as post
    from person m cross join generate_series(0, $2::int - 1) k
  ) a join popular p on p.n = a.post join person s on s.n = a.sharer
  order by random()`
