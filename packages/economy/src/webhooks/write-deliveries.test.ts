import { newId, type Tx, withTransaction } from '@rivulet/db'
import { afterAll, expect, test } from 'vitest'
import { openTown } from '../../test/town.ts'
import { notifyMembers } from '../notifications/notify-members.ts'
import { RETRIES_MS, retryAfter } from './rules.ts'

const town = await openTown()
afterAll(() => town.close())

const hook = (memberId: string, events: string[] = []) =>
  town.pool.query(
    `insert into webhooks (id, member_id, url, host, events) values ($1, $2, 'https://a.example.com/', 'a.example.com', $3)`,
    [newId(), memberId, events],
  )

/** Tells members; answers how many statements that took. */
async function tell(memberIds: string[]): Promise<number> {
  return withTransaction(town.pool, async (tx) => {
    let statements = 0
    const counting = {
      query: (...args: Parameters<Tx['query']>) => {
        statements++
        return tx.query(...args)
      },
    } as Tx
    await notifyMembers(
      counting,
      memberIds.map((memberId) => ({
        memberId,
        kind: 'withdrawal',
        refId: newId(),
        body: { status: 'held' },
      })),
    )
    return statements
  })
}

test('telling a hundred takes as many statements as telling one, and two where nobody has a webhook', async () => {
  const people = await Promise.all(Array.from({ length: 100 }, () => town.member()))
  expect([await tell(people), await tell(people.slice(0, 1))]).toEqual([2, 2])
  for (const id of people) await hook(id)
  const statements = await tell(people.slice(0, 1))
  expect([await tell(people), statements]).toEqual([statements, statements])
  const { rows } = await town.pool.query('select count(*)::int as n from webhook_deliveries')
  expect(rows).toEqual([{ n: 101 }])
})

test('who writes and who deletes wait for each other in no order', async () => {
  const alice = await town.member()
  await hook(alice)
  const deleter = await town.pool.connect()
  await deleter.query('begin')
  await deleter.query('delete from webhooks where member_id = $1', [alice])
  await deleter.query('delete from webhook_deliveries')
  // Would wait for the deleter, and time out, if it asked for a lock.
  await tell([alice])
  await deleter.query('commit')
  deleter.release()
  const { rows } = await town.pool.query('select status from webhook_deliveries')
  expect(rows).toEqual([{ status: 'pending' }])
})

test('the wait before a retry is what Standard Webhooks suggests, and a fifth more at most', () => {
  const seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]
  for (const [i, wait] of seconds.entries()) {
    expect(retryAfter(i + 1, 0)).toBe(wait * 1_000)
    expect(retryAfter(i + 1, 0.999_999)).toBeLessThanOrEqual(wait * 1_200)
  }
  expect(retryAfter(RETRIES_MS.length + 1, 0)).toBeUndefined()
  expect(retryAfter(100, 0)).toBeUndefined()
})
