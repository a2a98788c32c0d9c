import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { closePeriodStep, memberAccount, RESERVE, STREAMS } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { type Person, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

/* The verifier is run as it is shipped, over HTTP: what it finds equal was computed twice, by two that know nothing of
   each other. */

const { app, deps, database } = await world()
const VERIFIER = fileURLToPath(new URL('../../../../scripts/verify-receipts/main.ts', import.meta.url))
const owner = (sql: string) => asOwner(database.adminUrl, sql)
let url: string
let today: number
let [alice, bob, carol, dave, erin, frank, hugo]: Person[] = []

async function verify(who: Person, period: number, ...more: string[]) {
  const child = spawn(
    process.execPath,
    [VERIFIER, '--url', url, '--token', who.token, '--period', String(period), ...more],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  const [code] = await once(child, 'close')
  return { code, said }
}

beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  ;[alice, bob, carol, dave, erin, frank, hugo] = await Promise.all(
    Array.from({ length: 7 }, () => person(app)),
  )
  const { rows } = await deps.db.pool.query('select floor(extract(epoch from now()) / 86400)::int as today')
  today = rows[0].today

  // Acts that nothing could pay at once: a post of bob and carol that dave shared, one of erin's, and one of hugo's.
  await carol!.put(`/v1/members/${bob!.id}/split-consent`)
  const splits = [
    { memberId: bob!.id, bps: 6_667 },
    { memberId: carol!.id, bps: 3_333 },
  ]
  const shared = await bob!.writes('written by two', { splits })
  await alice!.put(`/v1/posts/${shared.id}/like`)
  await deps.db.pool.query('update interactions set via_id = $1, sharer_id = $2', [newId(), dave!.id])
  for (const author of [erin!, hugo!])
    await alice!.put(`/v1/posts/${(await author.writes('a note')).id}/like`)
  await alice!.writes('a reply', { replyTo: (await frank!.writes('ask me')).id })
  await hugo!.put(`/v1/members/${alice!.id}/block`)
  await fund(deps, alice!.id, 'budget', 1_000_000_000n)
  await deps.db.pool.query('update interactions set period = $1', [today - 1])
  const close = () =>
    withTransaction(deps.db.pool, (tx) => closePeriodStep(tx, deps.rules, BigInt(today - 1)))
  while (!(await close()).done);
  // And two that are paid at once, today.
  await fund(deps, alice!.id, 'pledge', 10_000_000n)
  for (const author of [erin!, frank!])
    await alice!.put(`/v1/posts/${(await author.writes('another')).id}/like`)
})

const saved = 'create table if not exists kept as select id, leg, gross, weight, clears_at from receipts'
afterEach(() =>
  owner(`${saved};
    update receipts r set gross = k.gross, weight = k.weight, clears_at = k.clears_at from kept k
    where k.id = r.id and k.leg = r.leg`),
)

test('alice recomputes the whole split of her budget, and each receiver their part of it', async () => {
  const hers = await verify(alice!, today - 1)
  expect(hers).toMatchObject({ code: 0 })
  // Weights 5, 5, 5 and 10: what was hugo's is a fifth, which nobody could be paid and which stayed.
  expect(hers.said).toMatch(
    /0\.8 of 1 over 3 acts that weigh 20 of 25; 0\.2 could be paid to nobody and stayed\nequal: \d+ figures/,
  )
  for (const who of [bob!, carol!, dave!, erin!, frank!]) {
    const { code, said } = await verify(who, today - 1, '--side', 'receiver')
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringMatching(/^equal: [2-9] figures/) })
  }
  expect((await verify(hugo!, today - 1)).said).toContain('nothing was received')
})

test('and the credits that were instant, against the rates', async () => {
  expect(await verify(alice!, today)).toMatchObject({ code: 0 })
  expect((await verify(erin!, today)).said).toMatch(/equal: 3 figures of .* as receiver/)
})

test.each([
  ['a part of the split', () => dave!, 'gross = gross + 1', 'is 0.020000001, should be 0.02'],
  ["an author's part", () => carol!, 'gross = gross - 5000', 'is 0.059989, should be 0.059994'],
])(
  '%s was falsified: payer and receiver are told where, and what it should be',
  async (_what, who, change, tells) => {
    await owner(`${saved}; update receipts set ${change} where closing and receiver_id = '${who().id}'`)
    for (const verdict of [await verify(alice!, today - 1), await verify(who(), today - 1)]) {
      expect(verdict.code).toBe(1)
      expect(verdict.said).toMatch(/^DIFFERENT {2}share of a closed budget /m)
      expect(verdict.said).toContain(tells)
      expect(verdict.said).toContain(`to ${who().id} as`)
      // The books cannot be falsified so: what moved is another figure.
      expect(verdict.said).toMatch(/DIFFERENT .*by the statement/)
    }
  },
)

test('a weight was falsified: payer and receiver are told', async () => {
  await owner(`${saved}; update receipts set weight = 9 where closing and receiver_id = '${erin!.id}'`)
  const hers = await verify(alice!, today - 1)
  expect(hers.code).toBe(1)
  expect(hers.said).toMatch(/DIFFERENT .*weight of the like .*: is 9, should be 5/)
  expect((await verify(erin!, today - 1)).code).toBe(1)
})

test('an instant credit and the time of a clearing were falsified', async () => {
  await owner(`${saved};
    update receipts set gross = 400000, clears_at = clears_at + interval '1 day'
    where not closing and receiver_id = '${erin!.id}'`)
  for (const who of [alice!, erin!]) {
    const { code, said } = await verify(who, today)
    expect(code).toBe(1)
    expect(said).toContain('is 0.0004, should be 0.0005')
    expect(said).toMatch(/clears: is .*, should be /)
    expect(said.match(/DIFFERENT/g)).toHaveLength(3)
  }
})

test('a view: its sponsor recomputes both shares, its viewer that the two that are theirs fit', async () => {
  const [sponsor, viewer] = await Promise.all([person(app), person(app)])
  const [campaign, view, { id: post }] = [newId(), newId(), await bob!.writes('beside a view')]
  // 0.010000003 by 30, 50, 10 and 10 %: 0.003000001 (of .9), 0.005000002 (of .5 .. the earlier of two), 0.001, 0.001.
  const amounts = { viewer: 3_000_001, budget: 5_000_002, author: 1_000_000, platform: 1_000_000 }
  const open = `campaign:${campaign}:open`
  const moves: [debit: string, credit: string, nano: number][] = [
    [open, memberAccount(viewer!.id, 'pending'), amounts.viewer],
    [open, memberAccount(viewer!.id, 'budget'), amounts.budget],
    [open, memberAccount(bob!.id, 'pending'), amounts.author],
    [open, 'platform:revenue', amounts.platform],
  ]
  await withTransaction(deps.db.pool, async (tx) => {
    const move = (id: string, leg: number, debit: string, credit: string, nano: number) => ({
      ...{ id, leg, debit, credit, amount: amountOf(BigInt(nano)), code: STREAMS.attention },
    })
    const ledger = ledgerOf(tx)
    await ledger.open([open])
    await ledger.post([
      move(newId(), 0, RESERVE, open, 10_000_003),
      ...moves.map(([debit, credit, nano], leg) => move(view, leg, debit, credit, nano)),
    ])
  })
  const part = (leg: number, receiver: string, role: string, gross: number) =>
    `('${view}', ${leg}, '${view}', '${sponsor!.id}', '${receiver}', '${post}', 'view', '${role}', 1, 'campaign', ${gross},
      ${today}, 'views', 1, 1, 1, to_timestamp(${(today + 1) * 86_400 + 604_800}))`
  await owner(`
    insert into campaigns (id, sponsor_id, title, body, url, budget, price_per_view, daily_cap_per_member)
      values ('${campaign}', '${sponsor!.id}', 't', 'b', 'https://a.test', 10000003, 10000003, 1);
    insert into views (id, campaign_id, member_id, post_id, author_id, price, viewer_amount, budget_amount, author_amount,
        platform_amount, status, expires_at, paid_at, period, rule_version)
      values ('${view}', '${campaign}', '${viewer!.id}', '${post}', '${bob!.id}', 10000003, ${amounts.viewer},
        ${amounts.budget}, ${amounts.author}, ${amounts.platform}, 'paid', now(), now(), ${today}, 1);
    insert into receipts (id, leg, interaction_id, payer_id, receiver_id, post_id, kind, role, stream, source, gross,
        period, hold, rule_version, weight, total_weight, clears_at)
      values ${part(0, viewer!.id, 'viewer', amounts.viewer)}, ${part(2, bob!.id, 'author', amounts.author)}`)
  expect((await verify(sponsor!, today)).said).toMatch(/equal: 4 figures of .* as payer/)
  expect((await verify(viewer!, today)).said).toMatch(/equal: 3 figures of .* as receiver/)

  await owner(`update views set budget_amount = budget_amount - 3000 where id = '${view}'`)
  const { code, said } = await verify(viewer!, today)
  expect({ code, said }).toMatchObject({
    code: 1,
    said: expect.stringMatching(/budget share: is 0\.004997002, should be .*0\.005000002/),
  })
})

test.each([
  [[], 2, /npm run verify-receipts/],
  [['--side', 'both'], 2, /npm run verify-receipts/],
])('what cannot be asked is said so: %j', async (more, code, said) => {
  const verdict = await verify(alice!, more.length > 0 ? today : -1, ...more)
  expect(verdict).toMatchObject({ code, said: expect.stringMatching(said) })
})

test('without a session it could not look, which is not the same as a difference', async () => {
  const verdict = await verify({ ...alice!, token: `-${'x'.repeat(42)}` }, today)
  expect(verdict).toMatchObject({ code: 2, said: expect.stringContaining('unauthenticated') })
})
