import { withTransaction } from '@rivulet/db'
import { afterAll, expect, test } from 'vitest'
import { openTown } from '../../test/town.ts'
import { bookExitRequest } from '../exits/book-request.ts'
import { notificationsOf } from '../notifications/store.ts'
import { endSuspensions } from './end-suspensions.ts'

const town = await openTown()
afterAll(() => town.close())

const ends = (limit: number) => withTransaction(town.pool, (tx) => endSuspensions(tx, limit))

test('those whose end has come are lifted, as many as asked for; a locked one, and one without an end, are left', async () => {
  const [alice, bob, carol, dave] = [
    await town.member(),
    await town.member(),
    await town.member(),
    await town.member(),
  ]
  for (const id of [alice, bob, carol, dave]) await town.suspend(id)
  await town.pool.query(
    `update members set suspended_until = now() + case id when $3 then interval '1 day' else '0' end
     where id in ($1, $2, $3)`,
    [alice, bob, carol],
  )
  expect(await ends(1)).toBe(1)
  const holder = await town.pool.connect()
  try {
    await holder.query('begin')
    await holder.query('select from members where id = $1 for update', [bob])
    expect(await ends(10)).toBe(0)
  } finally {
    await holder.query('rollback')
    holder.release()
  }
  expect(await ends(10)).toBe(1)
  expect(await ends(10)).toBe(0)
  const { rows } = await town.pool.query('select id from members where suspended_at is not null order by id')
  expect(rows.map(({ id }) => id)).toEqual([carol, dave].toSorted())
  for (const [id, told] of [
    [alice, 1],
    [bob, 1],
    [carol, 0],
  ] as const)
    expect(await notificationsOf(town.pool, id, { take: 10 })).toHaveLength(told)
})

test('a forced exit of a suspended member sets all aside that they could spend, as anybody else’s', async () => {
  const erin = await town.member({ has: '3', pledges: '1' })
  await town.suspend(erin)
  const { rows } = await town.pool.query<{ address: string }>('select address from members where id = $1', [
    erin,
  ])
  const account = rows[0]!.address
  const place = await town.pool.query<{ index: bigint }>(
    `with made as (
       insert into vault_accounts (address, member_id) values ($1, $2) on conflict do nothing returning index
     )
     select index from made union all select index from vault_accounts where address = $1`,
    [account, erin],
  )
  const index = BigInt(place.rows[0]!.index)
  await withTransaction(town.pool, (tx) =>
    bookExitRequest(tx, town.rules, { account, index, deadline: 2_000_000_000n, block: 1n }),
  )
  expect(await town.wallet(erin)).toMatchObject({ available: 0n, pledge: 0n, withdrawing: 3_000_000_000n })
})
