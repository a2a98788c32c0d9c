import { readFile } from 'node:fs/promises'
import { createPool, ledgerOf, newId, withTransaction } from '@rivulet/db'
import {
  act,
  campaignAccount,
  computeTrending,
  MEMBER_ACCOUNTS,
  memberAccount,
  openViewsAccount,
  RESERVE,
  STREAMS,
} from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { afterAll, expect, test, vi } from 'vitest'
import { person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

/*
 * Every list of the API, read with one row and with a hundred: the same number of statements. A list that has no line
 * here fails the last test.
 */

const MANY = 101

const { app, deps, database } = await world()
const alice = await person(app)
const owner = createPool(database.adminUrl, { max: 1 })
afterAll(() => owner.end())

const [authors, strangers, ids, posts] = [many(newId), many(newId), many(newId), many(newId)]
const subscription = newId()

function many<T>(make: () => T): T[] {
  return Array.from({ length: MANY }, make)
}

/** What there is a hundred and one of. $1 is alice, the others are lists of ids. */
const ROWS = `
  insert into members (id, address, display_name, exit_secret)
  select id, id::text, 'somebody', decode(repeat('00', 32), 'hex') from unnest($2::uuid[] || $3::uuid[]) id;

  insert into follows (follower_id, followee_id)
  select $1, id from unnest($2::uuid[]) id union all select id, $1 from unnest($2::uuid[]) id;
  insert into blocks (blocker_id, blocked_id) select $1, id from unnest($3::uuid[]) id;
  insert into mutes (muter_id, muted_id) select $1, id from unnest($3::uuid[]) id;

  insert into posts (id, author_id, kind, text, tags)
  select id, author, 'note', 'something', array['some', 'some' || id] from unnest($5::uuid[], $2::uuid[]) p(id, author);
  insert into posts (id, author_id, kind, text, reply_to)
  select uuidv7(), author, 'note', 'a comment', ($5::uuid[])[1] from unnest($2::uuid[]) author;
  insert into interactions (id, actor_id, post_id, kind, period) select uuidv7(), $1, id, 'repost', 0 from unnest($5::uuid[]) id;
  insert into bookmarks (id, member_id, post_id) select uuidv7(), $1, id from unnest($5::uuid[]) id;

  insert into post_signatures (post_id, author_id, seq, prev, hash, content_hash, signature, signed_at)
  select id, $1, n - 1, sha256('a'), sha256('b'), sha256('c'), sha256('d'), now()
  from unnest($5::uuid[]) with ordinality g(id, n);
  insert into posting_keys (id, member_id, address, name, not_after, signature, revoked_at, last_seq)
  select id, $1, id::text, 'a phone', now() + interval '1 day', sha256('d'), now(), 0 from unnest($4::uuid[]) id;

  insert into sessions (id, member_id, token_hash, expires_at)
  select id, $1, sha256(id::text::bytea), now() + interval '1 day' from unnest($4::uuid[]) id;
  insert into api_keys (id, member_id, name, key_hash, scopes)
  select id, $1, 'a bot', sha256(id::text::bytea), '{read}' from unnest($4::uuid[]) id;
  insert into notifications (id, member_id, kind, ref_id, body) select id, $1, 'withdrawal', id,
    jsonb_build_object('status', 'cancelled', 'amount', '1', 'to', '0x' || repeat('11', 20), 'lane', 'push')
  from unnest($4::uuid[]) id;

  insert into tips (id, payer_id, post_id, receiver_id, amount, fee)
  select id, payer, ($5::uuid[])[1], $1, 1000, 0 from unnest($4::uuid[], $2::uuid[]) t(id, payer);
  insert into payment_parts (payment_id, leg, receiver_id, amount) select id, 0, $1, 1000 from unnest($4::uuid[]) id;
  insert into campaigns (id, sponsor_id, title, body, url, budget, price_per_view, daily_cap_per_member, tags)
  select id, $1, 'a campaign', 'of ours', 'https://rivulet.test', 0, 1, 1, '{}' from unnest($4::uuid[]) id;
  insert into subscriptions (id, payer_id, receiver_id, amount, "interval", next_at)
  select case when n = 1 then $6 else uuidv7() end, $1, id, 1000, 'month', now() + interval '1 month'
  from unnest($2::uuid[]) with ordinality s(id, n);
  insert into subscription_charges (id, subscription_id, ordinal, amount, fee, rule_version)
  select id, $6, n, 1000, 0, 1 from unnest($4::uuid[]) with ordinality c(id, n);
  insert into withdrawals (id, member_id, amount, "to", lane, status)
  select id, $1, 1000, '0x' || repeat('11', 20), 'push', 'cancelled' from unnest($4::uuid[]) id;
  insert into withdrawal_transitions (withdrawal_id, status)
  select id, s::withdrawal_status from unnest($4::uuid[]) id, unnest('{requested,cancelled}'::text[]) s;

  insert into chain_events (id, chain_id, tx_hash, log_index, block_number, kind, account, amount)
  select id, 31337, '0x' || id, 0, n, 'deposit', $7, 1000 from unnest($4::uuid[]) with ordinality e(id, n);
  insert into rule_versions (version, rules) select n, (select rules from rule_versions where version = 1) from generate_series(2, 102) n;
  insert into epochs (number, root, payout_root, gross, authorised_total, depth, deposits_seen, payout_total,
    expected_executed, data_hash, snapshot_block, snapshot_legs)
  select n, '0x', '0x', 0, 0, 1, 0, 0, '0x', '0x', 0, 0 from generate_series(1, 101) n`

const values = [alice.id, authors, strangers, ids, posts, subscription, alice.address]
for (const statement of ROWS.split(';')) {
  const used = [...new Set(statement.match(/\$\d/g) ?? [])].map((name) => Number(name[1]))
  const text = statement.replace(/\$(\d)/g, (_, n) => {
    const type = { 1: 'uuid', 6: 'uuid', 7: 'text' }[n as string]
    return `$${used.indexOf(Number(n)) + 1}${type ? `::${type}` : ''}`
  })
  await owner.query(
    text,
    used.map((n) => values[n - 1]),
  )
}
const liked = await alice.writes('liked by all')
await withTransaction(deps.db.pool, async (tx) => {
  const ledger = ledgerOf(tx)
  await ledger.open([RESERVE, memberAccount(alice.id, 'available')])
  await ledger.open(authors.flatMap((id) => MEMBER_ACCOUNTS.map((account) => memberAccount(id, account))))
  await ledger.open(ids.flatMap((id) => [campaignAccount(id), openViewsAccount(id)]))
  const deposit = (credit: string, id = newId()) => ({
    ...{ id, leg: 0, debit: RESERVE, credit },
    ...{ amount: amountOf(1_000_000_000n), code: STREAMS.deposit },
  })
  await ledger.post([
    ...ids.map((id) => deposit(memberAccount(alice.id, 'available'), id)),
    ...authors.map((id) => deposit(memberAccount(id, 'pledge'))),
  ])
  const like = (actorId: string, postId: string) => ({ actorId, postId, kind: 'like' as const, on: true })
  // Each author likes alice's post, for the receipts, and that of the next author, for what is trending.
  await act(
    tx,
    deps.rules,
    authors.flatMap((id, i) => [like(id, liked.id), like(id, posts[(i + 1) % MANY]!)]),
  )
  await computeTrending(tx, '24h')
})
const {
  rows: [period],
} = await owner.query('select period from receipts limit 1')

/** Where each list is read: the path of the document, and what is asked. */
const LISTS: Record<string, string | string[]> = {
  '/v1/rules/versions': '?',
  '/v1/me/sessions': '?',
  '/v1/keys': '?',
  '/v1/members/{id}/followers': '?',
  '/v1/members/{id}/following': '?',
  '/v1/me/blocks': '?',
  '/v1/me/mutes': '?',
  '/v1/posts/{id}/comments': '?',
  '/v1/feeds/latest': '?',
  '/v1/feeds/home': '?',
  '/v1/feeds/trending': '?',
  '/v1/feeds/tags/{tag}': '?',
  '/v1/members/{id}/posts': '?',
  '/v1/search': ['?q=something&', '?q=somebody&type=members&', '?q=some&type=tags&'],
  '/v1/me/bookmarks': '?',
  '/v1/members/{id}/log': '?',
  '/v1/me/posting-keys': '?',
  '/v1/posts/{id}/tips': '?',
  '/v1/members/{id}/tips': '?',
  '/v1/campaigns': '?',
  '/v1/subscriptions': '?',
  '/v1/subscriptions/{id}/charges': '?',
  '/v1/wallet/entries': '?',
  '/v1/wallet/deposits': '?',
  '/v1/wallet/receipts': `?period=${period.period}&side=receiver&`,
  '/v1/wallet/withdrawals': '?',
  '/v1/notifications': '?',
  '/v1/settlement/epochs': '?',
}

const fill = (path: string) =>
  path
    .replace('/posts/{id}', `/posts/${posts[0]}`)
    .replace('/members/{id}', `/members/${alice.id}`)
    .replace('/subscriptions/{id}', `/subscriptions/${subscription}`)
    .replace('{tag}', 'some')

async function statements(url: string, limit: number): Promise<number> {
  const spies = [deps.db.pool, deps.db.hot, deps.db.lists].map((pool) => vi.spyOn(pool, 'query'))
  try {
    const answer = await alice.get(`${url}limit=${limit}`)
    expect([url, answer.status, answer.body.data?.length]).toEqual([url, 200, limit])
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

test.for(Object.entries(LISTS))('%s', async ([path, asked]) => {
  for (const query of [asked].flat()) {
    const url = fill(path) + query
    const one = await statements(url, 1)
    expect(one).toBeGreaterThan(0)
    expect([url, await statements(url, 100)]).toEqual([url, one])
  }
})

/** Lists whose rows take more than a statement to make: the tests of their rooms count theirs. */
const ELSEWHERE: Record<string, string> = {
  '/v1/posts': 'posts/bulk',
  '/v1/members': 'posts/bulk',
  '/v1/posts/{id}/revisions': 'revisions/revisions',
  ...Object.fromEntries(
    ['likes', 'reposts', 'quotes'].map((of) => [`/v1/posts/{id}/${of}`, 'reactions/reactions']),
  ),
  '/v1/me/reports': 'reports/reports',
  '/v1/admin/reports': 'reports/reports',
  ...Object.fromEntries(
    ['me/appeals', 'admin/appeals', 'admin/audit-log', 'me/security-log'].map((of) => [
      `/v1/${of}`,
      'appeals/appeals',
    ]),
  ),
  '/v1/webhooks': 'webhooks/webhooks',
  '/v1/webhooks/{id}/deliveries': 'webhooks/webhooks',
}

test.for(Object.entries(ELSEWHERE))('%s is counted in %s.test.ts', async ([path, file]) => {
  const text = await readFile(new URL(`../${file}.test.ts`, import.meta.url), 'utf8')
  expect(text).toContain('statementsOf(')
  expect(text).toContain(path.split('/').at(-1))
})

test('every list there is has a line above', () => {
  const { paths } = app.swagger() as {
    paths: Record<
      string,
      { get?: { responses: Record<string, { content?: Record<string, { schema: unknown }> }> } }
    >
  }
  const lists = Object.entries(paths).filter(([, { get }]) =>
    JSON.stringify(get?.responses['200']?.content?.['application/json']?.schema ?? '').includes(
      '"nextCursor"',
    ),
  )
  expect(lists.map(([path]) => path).toSorted()).toEqual(
    [...Object.keys(LISTS), ...Object.keys(ELSEWHERE)].toSorted(),
  )
  expect(lists.length).toBeGreaterThan(20)
})
