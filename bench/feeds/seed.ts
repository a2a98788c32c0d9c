import { onConnection } from '@rivulet/stack'
import type { BenchDatabase } from '../harness/database.ts'

/** How large a network is. */
export type Size = { posts: number; likes: number; members: number }

/** Who reads: the first so many members, drawn at random, and those who follow the most. */
export const READERS = 1_000
export const READERS_OF_MANY = 50

/** What names are made of: two for a given name, three for a family's, the first ones more often than the last. */
export const SYLLABLES =
  'an el ma ri jo na li ka sa mi to be ra lu da vi no pe ha te ro si mar le ba fe gu in or ul es do an ki ja ber son ley ton ham'.split(
    ' ',
  )

const DAYS = 365
const WORDS = 2_000

/**
 * A network by power laws, the same for the same size: few write much, few are followed by many, few follow many (half of
 * all some ten others, a few 5,000). Who is followed has nothing to do with who writes much. A year of posts, the last one
 * now. Only likes of the last week have receipts: of older ones no feed asks.
 */
export async function seed(database: BenchDatabase, { posts, likes, members }: Size): Promise<void> {
  await onConnection(database.adminUrl, async (client) => {
    await client.query(`set work_mem = '256MB'; set maintenance_work_mem = '512MB'; set jit = off`)
    await client.query('select setseed(0.5)')
    await client.query(PEOPLE, [members, SYLLABLES])
    await client.query(SESSIONS)
    await client.query(
      'create temp table people as select id, row_number() over (order by id)::int as n from members',
    )
    await client.query('create unique index on people (n)')
    await client.query('analyze people')
    await bulk(client, 'follows', () => client.query(FOLLOWS, [members]))
    await client.query(COUNT_FOLLOWS)
    await client.query(POSTS, [posts, members, DAYS, WORDS])
    await client.query(
      'create temp table written as select id, author_id, row_number() over (order by id)::int as n from posts',
    )
    await client.query('create unique index on written (n)')
    await client.query('analyze written')
    await bulk(client, 'interactions', async () => {
      await client.query(LIKES, [likes, posts, members])
      await client.query(REPOSTS, [Math.ceil(likes / 30), posts, members])
    })
    await client.query(RECEIPTS)
    await client.query(
      'update posts set likes_count = n from (select post_id, count(*) as n from interactions where kind = $1 group by 1) l where l.post_id = id',
      ['like'],
    )
  })
}

type Client = Parameters<Parameters<typeof onConnection>[1]>[0]

/** Fills a table without its indexes, and makes them again afterwards. */
async function bulk(client: Client, table: string, fill: () => Promise<unknown>): Promise<void> {
  const { rows } = await client.query(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as def,
       c.conname as constraint, pg_get_constraintdef(c.oid) as condef
     from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
     where i.indrelid = $1::regclass`,
    [table],
  )
  for (const { name, constraint } of rows)
    await client.query(
      constraint ? `alter table ${table} drop constraint ${constraint}` : `drop index ${name}`,
    )
  await fill()
  for (const { def, constraint, condef } of rows)
    await client.query(constraint ? `alter table ${table} add constraint ${constraint} ${condef}` : def)
}

const syllable = '($2::text[])[1 + floor(cardinality($2::text[]) * (random() + 0 * n) ^ 1.5)::int]'
const name = (...syllables: string[]) => `initcap(${syllables.join(' || ')})`

// Names of two parts, so that there is something to look for.
const PEOPLE = `
  insert into members (id, address, handle, display_name, exit_secret, created_at)
  select uuidv7(-interval '400 days' + n * interval '1 second'), 'member ' || lpad(n::text, 8, '0'), 'member' || n,
    ${name(syllable, syllable)} || ' ' || ${name(syllable, syllable, syllable)}, decode(repeat('00', 32), 'hex'), now() - interval '400 days'
  from generate_series(1, $1::int) n`

const SESSIONS = `
  insert into sessions (id, member_id, token_hash, expires_at)
  select uuidv7(), id, sha256(convert_to(lpad(substr(handle, 7), 43, 'm'), 'UTF8')), now() + interval '1 day'
  from members`

// How many: Pareto with exponent 1.25 from 5, at most 5,000. Whom: by the cube of a uniform draw, in an order that has
// nothing to do with the one posts are written in. Drawn more than once, it is one follow.
const FOLLOWS = `
  insert into follows (follower_id, followee_id)
  select p.id, f.id
  from (select distinct n, 1 + (floor($1::int * random() ^ 3)::bigint * 7919 % $1::int)::int as followee
        from (select n, least(6500, floor(6 / (1 - random()) ^ 0.8))::int as times from people offset 0) drawn,
          generate_series(1, times)) drawn
    join people p on p.n = drawn.n join people f on f.n = drawn.followee
  where f.id <> p.id`

const COUNT_FOLLOWS = `
  update members set following_count = n
  from (select follower_id, count(*) as n from follows group by 1) f where f.follower_id = id`

// One in five has a tag, of 100; a text has five words of $4, by a power law.
const POSTS = `
  insert into posts (id, author_id, kind, text, tags, created_at)
  select uuidv7(-(p.back * interval '1 second')), a.id, 'note',
    'a note of ' || (select string_agg('word' || floor($4::int * random() ^ 2)::int, ' ') from generate_series(1, 5 + (0 * p.back)::int)),
    case when random() < 0.2 then array['tag' || floor(100 * random() ^ 2)::int] else '{}' end,
    now() - p.back * interval '1 second'
  from (select ($1::int - n) * ($3::int * 86400.0 / $1::int) as back, 1 + floor($2::int * random() ^ 3)::int as author
        from generate_series(1, $1::int) n) p
    join people a on a.n = p.author`

const LIKES = `
  insert into interactions (id, actor_id, post_id, kind, period, credited)
  select uuidv7(), a.id, w.id, 'like', 0, 500000
  from (select distinct 1 + floor($3::int * random())::int as actor, 1 + floor($2::int * (1 - random() ^ 3))::int as post
        from generate_series(1, $1::int)) l
    join people a on a.n = l.actor join written w on w.n = l.post
  where w.author_id <> a.id`

// A repost comes within a day of the post.
const REPOSTS = `
  insert into interactions (id, actor_id, post_id, kind, period)
  select uuidv7(least(uuid_extract_timestamp(w.id) + random() * interval '1 day' - now(), interval '0')),
    a.id, w.id, 'repost', 0
  from (select distinct 1 + floor($3::int * random() ^ 2)::int as actor, 1 + floor($2::int * random())::int as post
        from generate_series(1, $1::int)) l
    join people a on a.n = l.actor join written w on w.n = l.post
  where w.author_id <> a.id`

const RECEIPTS = `
  insert into receipts (id, interaction_id, payer_id, receiver_id, post_id, kind, stream, source, gross, period, hold,
    rule_version, weight, total_weight, clears_at)
  select uuidv7(least(uuid_extract_timestamp(p.id) + random() * interval '1 day' - now(), interval '0')),
    i.id, i.actor_id, p.author_id, p.id, 'like', 2, 'budget', 500000, 0, 'normal', 1, 1, 1, now() + interval '1 day'
  from posts p join interactions i on i.post_id = p.id and i.kind = 'like'
  where p.created_at > now() - interval '7 days'`
