import { createPool, newId } from '@rivulet/db'
import { MEMBER_ACCOUNTS } from '@rivulet/economy'
import { amountOf, PostgresLedger, RESERVE } from '@rivulet/ledger'
import { onConnection } from '@rivulet/stack'
import type { BenchArguments } from '../harness/arguments.ts'
import type { BenchDatabase } from '../harness/database.ts'

/** Nano that every member has pledged: enough for two thousand likes. */
export const PLEDGE = 1_000_000_000n

export const membersOf = ({ quick }: BenchArguments) => (quick ? 500 : 60_000)
/** Passes over all members that a cell can make. */
export const passesOf = ({ quick }: BenchArguments) => (quick ? 40 : 4)
const AUTHORS = 1_000
const BATCH = 500

/** Members who are signed in and have pledged, authors with posts, and the plain books of the Prisma route. */
export async function seed(
  template: BenchDatabase,
  arguments_: BenchArguments,
  passes = passesOf(arguments_),
): Promise<void> {
  const members = membersOf(arguments_)
  await onConnection(template.adminUrl, async (client) => {
    await client.query(PEOPLE, [members])
    await client.query(SESSIONS)
    await client.query(PEOPLE, [-AUTHORS])
    await client.query(POSTS, [passes])
    await client.query(PLAIN_BOOKS)
    await client.query('insert into bench.account select id || $1, $2 from members', [':pledge', PLEDGE])
    await client.query('insert into bench.account select id || $1, 0 from members', [':pending'])
  })
  await openBooks(template.url)
}

async function openBooks(url: string): Promise<void> {
  const pool = createPool(url, { max: 1 })
  try {
    const ledger = new PostgresLedger(pool)
    const { rows } = await pool.query<{ id: string }>('select id from members')
    for (let at = 0; at < rows.length; at += BATCH) {
      const ids = rows.slice(at, at + BATCH).map((row) => row.id)
      await ledger.open(ids.flatMap((id) => MEMBER_ACCOUNTS.map((account) => `member:${id}:${account}`)))
      await ledger.post(
        ids.map((id) => ({
          ...{ id: newId(), leg: 0, amount: amountOf(PLEDGE), code: 0 },
          ...{ debit: RESERVE, credit: `member:${id}:pledge` },
        })),
      )
    }
  } finally {
    await pool.end()
  }
}

// Members count from 1 up, authors from -1 down. All are old enough for the normal hold.
const PEOPLE = `
  insert into members (id, address, exit_secret, created_at)
  select uuidv7(), case when n > 0 then 'member ' else 'author ' end || lpad(abs(n)::text, 8, '0'),
    decode(repeat('00', 32), 'hex'), now() - interval '30 days'
  from generate_series(least($1::int, -1), greatest($1::int, 1)) n where n <> 0 and sign(n) = sign($1::int)`

const SESSIONS = `
  insert into sessions (id, member_id, token_hash, expires_at)
  select uuidv7(), id, sha256(convert_to(lpad((substr(address, 8)::int - 1)::text, 43, 'm'), 'UTF8')),
    now() + interval '1 day'
  from members where address like 'member %'`

// In each pass the first author has a post more, the one that everybody likes.
const POSTS = `
  insert into posts (id, author_id, kind, text, tags)
  select uuidv7(), id, 'note', 'a post', array[kind, pass::text]
  from members, generate_series(1, $1::int) pass, unnest(array['hot', 'hot-prisma', 'zipf', 'zipf-prisma']) kind
  where address like 'author %' and (kind like 'zipf%' or address = 'author 00000001')`

const PLAIN_BOOKS = `
  create schema bench;
  create table bench.account (ref text primary key, balance bigint not null check (balance >= 0)) with (fillfactor = 50);
  create table bench.transfer (id uuid not null, leg smallint not null, debit text not null, credit text not null,
    amount bigint not null check (amount > 0), code smallint not null, posted_at timestamptz not null default now(),
    primary key (id, leg));
  create index on bench.transfer (debit);
  create index on bench.transfer (credit);
  grant usage on schema bench to rivulet_app;
  grant select, insert, update on all tables in schema bench to rivulet_app`
