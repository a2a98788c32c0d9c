import { createPool } from '@rivulet/db'
import { afterAll, expect, test, vi } from 'vitest'
import { type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { look, type Reader, TOPICS } from './look.ts'

const { app, database } = await world()
const pool = createPool(database.url, { max: 1 })
afterAll(() => pool.end())

const behind = (at: { at: number; snapshot: string }) => ({
  at: at.at,
  notifications: { since: at.snapshot },
  feed: at.snapshot,
  wallet: null,
})

test('one reader or a hundred, with news or without: a look asks as many statements', async () => {
  const people: Person[] = []
  for (let i = 0; i < 5; i++) people.push(await person(app))
  const readerOf = ({ id }: Person, position: Reader['position']): Reader => ({
    memberId: id,
    credential: { keyHash: '00' },
    topics: new Set(TOPICS),
    position,
  })
  const now = await look(
    pool,
    people.map((who) => readerOf(who, undefined)),
  )
  const [alice, ...others] = people as [Person, ...Person[]]
  for (const who of others) await alice.put(`/v1/members/${who.id}/follow`)
  for (const who of others) await who.put(`/v1/members/${alice.id}/follow`)
  for (const who of others) await who.writes('news')

  async function statements(readers: Reader[]) {
    const client = await pool.connect()
    const query = vi.spyOn(client, 'query')
    client.release()
    const { found } = await look(pool, readers)
    const asked = query.mock.calls.length
    query.mockRestore()
    return { asked, found: [...found.values()] }
  }
  const one = await statements([readerOf(alice, behind(now))])
  const hundred = await statements(
    Array.from({ length: 100 }, (_, i) => readerOf(people[i % 5] as Person, behind(now))),
  )
  expect(hundred.asked).toBe(one.asked)
  expect(one.found[0]).toMatchObject({ reset: false, feed: { count: 4, more: false } })
  expect(hundred.found.map(({ notifications, feed }) => [notifications.length, feed?.count])).toEqual(
    Array.from({ length: 100 }, (_, i) => (i % 5 === 0 ? [4, 4] : [1, 0])),
  )
})
