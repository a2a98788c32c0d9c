import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { clearPending, closePeriodStep } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { beforeAll, expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { NOBODY, type Person, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const { app, deps, database } = await world()
const owner = (sql: string) => asOwner(database.adminUrl, sql)
const key = (name: string) => ({ 'idempotency-key': name })
let [alice, bob, carol, dave]: Person[] = []
let today: number
beforeAll(async () => {
  ;[alice, bob, carol, dave] = await Promise.all(Array.from({ length: 4 }, () => person(app)))
  await fund(deps, alice!.id, 'budget', 1_000_000_000n)
  await fund(deps, alice!.id, 'available', 10_000_000_000n)
  const { rows } = await deps.db.pool.query('select floor(extract(epoch from now()) / 86400)::int as today')
  today = rows[0].today
})

const receipt = async (who: Person, id: string) => {
  const { status, body } = await who.get(`/v1/wallet/receipts/${id}`)
  return status === 200 ? body : { status, code: body.code }
}
/** The receipts that the newest entries of a statement lead to. */
const latest = async (who: Person, take: number) => {
  const { data } = (await who.get(`/v1/wallet/entries?limit=${take}`)).body
  return Promise.all(data.map((entry: { ref: { id: string } }) => receipt(who, entry.ref.id)))
}
const notFound = { status: 404, code: 'receipt_not_found' }

test("alice likes bob's post: both read why, she by name, he by a pseudonym, and nobody else", async () => {
  const { id: postId } = await bob!.writes('hello')
  await alice!.put(`/v1/posts/${postId}/like`)
  const [hers] = await latest(alice!, 1)
  const part = {
    ...{ place: 0, role: 'author', stream: 'like', kind: 'like', postId, via: null, source: 'budget' },
    ...{ closing: false, gross: '0.0005', budget: null, weight: 1, totalWeight: 1, period: today },
    // Both are new here: seven days of hold behind the end of the period.
    ...{ ruleVersion: 1, hold: 'young', status: 'pending' },
    clearsAt: new Date((today + 1) * 86_400_000 + 604_800_000).toISOString(),
  }
  const parties = { payer: { memberId: alice!.id }, receiver: { memberId: bob!.id } }
  expect(hers).toEqual({
    ...{ id: hers.id, type: 'credit', at: hers.at, payer: { memberId: alice!.id }, postId, kind: 'like' },
    ...{
      stream: 'like',
      period: today,
      ruleVersion: 1,
      closing: false,
      amount: '0.0005',
      fee: null,
      view: null,
    },
    parts: [{ ...part, ...parties, id: hers.id, actId: hers.parts[0].actId, at: hers.at }],
    partsTotal: 1,
  })
  const [his] = await latest(bob!, 1)
  expect(his.id).toBe(hers.id)
  expect(his.parts).toEqual([{ ...hers.parts[0], actId: null, payer: his.payer }])
  expect(his.payer.pseudonym).toMatch(/^p_[\w-]{22}$/)
  for (const id of [hers.id, newId(), NOBODY, 'x', hers.id.toUpperCase()])
    expect(await receipt(carol!, id)).toEqual(notFound)
})

test('bob knows her again when she likes again, and carol cannot tell that it is the same', async () => {
  const before = (await latest(bob!, 1))[0].payer
  await alice!.put(`/v1/posts/${(await bob!.writes('again')).id}/like`)
  await alice!.put(`/v1/posts/${(await carol!.writes('hers')).id}/like`)
  expect((await latest(bob!, 1))[0].payer).toEqual(before)
  expect((await latest(carol!, 1))[0].payer).not.toEqual(before)
  expect(Object.keys((await latest(carol!, 1))[0].payer)).toEqual(['pseudonym'])
})

test('an unlike is a receipt of the same credit, reversed', async () => {
  const { id } = await dave!.writes('not for long')
  await alice!.put(`/v1/posts/${id}/like`)
  await alice!.delete(`/v1/posts/${id}/like`)
  for (const who of [alice!, dave!]) {
    const [undone, done] = await latest(who, 2)
    expect(undone).toEqual(done)
    expect(undone.parts[0].status).toBe('reversed')
  }
})

test('the period closes: she sees the whole split, each of them their part, by an id of their own', async () => {
  await deps.db.pool.query('update interactions set period = $1', [today - 1])
  await deps.db.pool.query('update posts set split_members = $1, split_bps = $2 where author_id = $3', [
    [carol!.id, dave!.id],
    [7_500, 2_500],
    carol!.id,
  ])
  const close = () =>
    withTransaction(deps.db.pool, (tx) => closePeriodStep(tx, deps.rules, BigInt(today - 1)))
  while (!(await close()).done);
  const [closed] = await latest(alice!, 1)
  // Three likes of 0.0005 are paid: 0.9985 are left for the three that are on; a third is 0.332833333 and a rest of one.
  expect(closed).toMatchObject({
    ...{
      type: 'closing',
      closing: true,
      period: today - 1,
      amount: '0.9985',
      payer: { memberId: alice!.id },
    },
    ...{ postId: null, partsTotal: 4 },
  })
  const thirds = ['0.332833333', '0.332833334']
  const of = (who: Person) =>
    closed.parts.filter((one: { receiver: { memberId: string } }) => one.receiver.memberId === who.id)
  expect(of(bob!).map((one: { gross: string }) => thirds.includes(one.gross))).toEqual([true, true])
  // Three quarters and one of a third.
  expect(['0.249625', '0.249625001']).toContain(of(carol!)[0].gross)
  expect(['0.083208333', '0.083208334']).toContain(of(dave!)[0].gross)
  for (const part of closed.parts)
    expect(part).toMatchObject({ budget: '0.9985', weight: 5, totalWeight: 15, id: closed.id })

  const [his] = await latest(bob!, 1)
  expect(his).toMatchObject({ type: 'closing', partsTotal: 2, stream: 'like' })
  expect(his.id).not.toBe(closed.id)
  expect(his.payer).toEqual((await latest(bob!, 2))[1].payer)
  expect(his.parts.map((one: { gross: string }) => one.gross).sort()).toEqual(
    of(bob!)
      .map((one: { gross: string }) => one.gross)
      .sort(),
  )
  expect(JSON.stringify(his)).not.toContain(closed.id)
  expect(await receipt(bob!, closed.id)).toEqual(notFound)
  expect(await receipt(dave!, his.id)).toEqual(notFound)
})

test('the lists of a period have all of it, page by page, and no page of another list', async () => {
  const parts = async (who: Person, side: string, period: number) => {
    const all = []
    for (let next = ''; ; ) {
      const { body } = await who.get(
        `/v1/wallet/receipts?limit=1&side=${side}&period=${period}${next && `&cursor=${next}`}`,
      )
      all.push(...body.data)
      if (body.nextCursor === null) return all
      next = body.nextCursor
    }
  }
  const grosses = (list: { gross: string; status: string }[]) =>
    list.map((one) => `${one.gross} ${one.status}`)
  expect(grosses(await parts(alice!, 'payer', today))).toEqual([
    '0.0005 reversed',
    '0.0005 pending',
    '0.0005 pending',
    '0.0005 pending',
  ])
  const closing = await parts(alice!, 'payer', today - 1)
  expect(closing).toEqual((await latest(alice!, 1))[0].parts)
  expect(grosses(await parts(dave!, 'receiver', today))).toEqual(['0.0005 reversed'])
  expect(await parts(bob!, 'receiver', today - 1)).toEqual((await latest(bob!, 1))[0].parts)
  expect(await parts(bob!, 'payer', today - 1)).toEqual([])
  expect(await parts(bob!, 'receiver', today - 2)).toEqual([])

  const { nextCursor } = (await alice!.get(`/v1/wallet/receipts?limit=1&side=payer&period=${today}`)).body
  for (const [who, side, period] of [
    [bob!, 'payer', today],
    [alice!, 'receiver', today],
    [alice!, 'payer', today - 1],
  ] as const) {
    const other = await who.get(`/v1/wallet/receipts?side=${side}&period=${period}&cursor=${nextCursor}`)
    expect([other.status, other.body.code]).toEqual([400, 'invalid_cursor'])
  }
})

test.each([
  'side=payer',
  'period=1',
  'side=both&period=1',
  'side=payer&period=-1',
  'side=payer&period=1e3',
  'side=payer&period=01',
  'side=payer&period=1000000000000',
])('receipts?%s is refused', async (query) => {
  const { status, body } = await alice!.get(`/v1/wallet/receipts?${query}`)
  expect([status, body.code]).toEqual([422, 'validation_failed'])
})

test('the end of time has no receipts', async () => {
  const { status, body } = await alice!.get('/v1/wallet/receipts?side=payer&period=999999999999')
  expect([status, body.data]).toEqual([200, []])
})

test('a clearing says what it cleared', async () => {
  await owner(
    `update receipts set clears_at = now() - interval '1 second' where receiver_id = '${carol!.id}'`,
  )
  await withTransaction(deps.db.pool, (tx) => clearPending(tx, deps.rules))
  const cleared = (await latest(carol!, 4)).filter((one) => one.type === 'clearing')
  const instant = cleared.find((one) => one.period === today)
  // 0.0005 and a fee of a twentieth.
  expect(instant).toMatchObject({
    ...{ amount: '0.0005', fee: '0.000025', partsTotal: 1, stream: 'clearing' },
    parts: [{ kind: 'like', gross: '0.0005', status: 'cleared' }],
  })
  expect(await receipt(alice!, instant.id)).toEqual(notFound)
})

test('a tip names who gave it, unless they would not be named', async () => {
  for (const [name, anonymous] of [
    ['named', false],
    ['anonymous', true],
  ] as const) {
    const { id } = (await alice!.post('/v1/tips', { memberId: bob!.id, amount: '2', anonymous }, key(name)))
      .body
    expect(await receipt(alice!, id)).toMatchObject({
      ...{ type: 'tip', stream: 'tip', payer: { memberId: alice!.id }, amount: '2', fee: '0.05' },
      parts: [{ receiver: { memberId: bob!.id }, gross: '1.95', status: 'cleared' }],
    })
    const his = await receipt(bob!, id)
    expect(his).toMatchObject({ amount: '1.95', fee: null, parts: [{ gross: '1.95' }] })
    expect(Object.keys(his.payer)).toEqual([anonymous ? 'pseudonym' : 'memberId'])
    expect(await receipt(carol!, id)).toEqual(notFound)
  }
})

test('unlocks and charges have a receipt for each side, with the own part', async () => {
  const [unlock, subscription, charge, post] = [newId(), newId(), newId(), newId()]
  await owner(`
    insert into unlocks (id, post_id, payer_id, amount, fee, rule_version)
      values ('${unlock}', '${post}', '${alice!.id}', 2000000000, 50000000, 1);
    insert into subscriptions (id, payer_id, receiver_id, amount, interval, next_at)
      values ('${subscription}', '${alice!.id}', '${bob!.id}', 1000000000, 'month', now());
    insert into subscription_charges (id, subscription_id, ordinal, amount, fee, rule_version)
      values ('${charge}', '${subscription}', 0, 1000000000, 25000000, 1);
    insert into payment_parts (payment_id, leg, receiver_id, amount)
      values ('${unlock}', 0, '${bob!.id}', 1300000000), ('${unlock}', 1, '${carol!.id}', 650000000),
             ('${charge}', 0, '${bob!.id}', 975000000)`)
  expect(await receipt(alice!, unlock)).toMatchObject({
    ...{ type: 'unlock', postId: post, amount: '2', fee: '0.05', partsTotal: 2 },
  })
  expect(await receipt(carol!, unlock)).toMatchObject({ amount: '0.65', fee: null, partsTotal: 1 })
  expect(await receipt(dave!, unlock)).toEqual(notFound)
  const his = await receipt(bob!, charge)
  expect(his).toMatchObject({ type: 'subscription', stream: 'subscription', amount: '0.975' })
  expect(his.payer.pseudonym).toBe((await receipt(bob!, unlock)).payer.pseudonym)
})

test('a view: its sponsor sees all shares and not who saw it; viewer and author see their own', async () => {
  const [campaign, view, { id: post }] = [newId(), newId(), await bob!.writes('beside')]
  const part = (leg: number, receiver: string, role: string, gross: number) =>
    `('${view}', ${leg}, '${view}', '${dave!.id}', '${receiver}', '${post}', 'view', '${role}', 1, 'campaign',
      ${gross}, ${today}, 'views', 1, 1, 1, now() + interval '8 days')`
  await owner(`
    insert into campaigns (id, sponsor_id, title, body, url, budget, price_per_view, daily_cap_per_member)
      values ('${campaign}', '${dave!.id}', 't', 'b', 'https://a.test', 10000000, 10000000, 1);
    insert into views (id, campaign_id, member_id, post_id, author_id, price, viewer_amount, budget_amount, author_amount,
        platform_amount, status, expires_at, paid_at, period, rule_version)
      values ('${view}', '${campaign}', '${alice!.id}', '${post}', '${bob!.id}', 10000000, 3000000, 5000000, 1000000, 1000000,
        'paid', now(), now(), ${today}, 1);
    insert into receipts (id, leg, interaction_id, payer_id, receiver_id, post_id, kind, role, stream, source, gross,
        period, hold, rule_version, weight, total_weight, clears_at)
      values ${part(0, alice!.id, 'viewer', 3_000_000)}, ${part(2, bob!.id, 'author', 1_000_000)}`)
  const open = `campaign:${campaign}:open`
  await withTransaction(deps.db.pool, async (tx) => {
    const ledger = ledgerOf(tx)
    await ledger.open([open])
    const move = (id: string, leg: number, debit: string, credit: string, nano: bigint) => ({
      ...{ id, leg, debit, credit, amount: amountOf(nano), code: 1 },
    })
    await ledger.post([
      move(newId(), 0, 'chain:reserve', open, 10_000_000n),
      move(view, 0, open, `member:${alice!.id}:pending`, 3_000_000n),
      move(view, 1, open, `member:${alice!.id}:budget`, 5_000_000n),
      move(view, 2, open, `member:${bob!.id}:pending`, 1_000_000n),
      move(view, 3, open, 'platform:revenue', 1_000_000n),
    ])
  })
  const sponsors = await receipt(dave!, view)
  expect(sponsors).toMatchObject({
    ...{ type: 'view', payer: { memberId: dave!.id }, amount: '0.01', partsTotal: 2, stream: 'attention' },
    view: {
      campaignId: campaign,
      price: '0.01',
      viewer: '0.003',
      budget: '0.005',
      author: '0.001',
      platform: '0.001',
    },
  })
  expect(JSON.stringify(sponsors)).not.toContain(alice!.id)
  expect(sponsors.parts[1].receiver).toEqual({ memberId: bob!.id })
  const viewers = await receipt(alice!, view)
  expect(viewers).toMatchObject({
    ...{ amount: '0.003', partsTotal: 1, parts: [{ receiver: { memberId: alice!.id } }] },
    view: { price: null, viewer: '0.003', budget: '0.005', author: null, platform: null },
  })
  expect(viewers.payer.pseudonym).toMatch(/^p_/)
  expect((await receipt(bob!, view)).view).toMatchObject({ viewer: null, budget: null, author: '0.001' })
  expect(await receipt(carol!, view)).toEqual(notFound)
  const listed = (await dave!.get(`/v1/wallet/receipts?side=payer&period=${today}`)).body.data
  expect(listed.map((one: { gross: string }) => one.gross)).toEqual(['0.003', '0.001'])
})

test('what is no credit says what moved, to whom it moved for', async () => {
  await alice!.post('/v1/wallet/pledge', { amount: '1.5' }, key('p'))
  const [pledged] = await latest(alice!, 1)
  expect(pledged).toMatchObject({ type: 'movement', stream: 'pledge', amount: '1.5', parts: [] })
  expect(await receipt(bob!, pledged.id)).toEqual(notFound)
})
