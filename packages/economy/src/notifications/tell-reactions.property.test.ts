import { newId, withTransaction } from '@rivulet/db'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openTown } from '../../test/town.ts'
import { markRead, notificationsOf } from './store.ts'
import { tellReactions } from './tell-reactions.ts'

const town = await openTown()
afterAll(() => town.close())

const PEOPLE = 4
const people = await Promise.all(Array.from({ length: PEOPLE }, () => town.member()))

async function tellAll(limit: number): Promise<void> {
  for (;;) if ((await withTransaction(town.pool, (tx) => tellReactions(tx, { limit })))?.done) return
}

const readAll = (memberId: string) => markRead(town.pool, { memberId, until: newId() })

/** Who is named in each group of a member's, and how many are counted; the newest first. */
const groupsOf = async (memberId: string) =>
  (await notificationsOf(town.pool, memberId, { take: 100 })).map(({ body, readAt }) => ({
    isRead: readAt !== null,
    count: body.count,
    named: (body.actors as { id: string }[]).map(({ id }) => people.indexOf(id)).sort(),
  }))

const step = fc.oneof(
  fc.record({ do: fc.constant('turn' as const), who: fc.nat(PEOPLE - 1) }),
  fc.record({ do: fc.constant('tell' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('read' as const) }),
)

test('whatever is liked, taken back, told and read: an unread group is of those who like it, and were not read of', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const author = await town.member()
      const post = await town.post(author)
      const likes = new Set<number>()
      // Who has been read of, and has not been told of since.
      const known = new Set<number>()
      // Who changed their mind since it was last told: it is news then, though it was before the reading.
      const turned = new Set<number>()
      let unread = new Set<number>()
      const read: number[] = []
      for (const one of [...steps, { do: 'tell' as const, limit: 3 }]) {
        if (one.do === 'turn') {
          const on = !likes.has(one.who)
          await town.like(people[one.who]!, post, on)
          likes[on ? 'add' : 'delete'](one.who)
          turned.add(one.who)
        } else if (one.do === 'tell') {
          await tellAll(one.limit)
          for (const who of turned) known.delete(who)
          turned.clear()
          unread = new Set([...likes].filter((who) => !known.has(who)))
        } else {
          await readAll(author)
          if (unread.size > 0) read.push(unread.size)
          for (const who of unread) known.add(who)
          unread = new Set()
        }
      }
      const groups = await groupsOf(author)
      expect(groups.filter(({ isRead }) => isRead).map(({ count }) => count)).toEqual(read.reverse())
      const open = groups.filter(({ isRead }) => !isRead)
      expect(open.map(({ count }) => count)).toEqual(unread.size > 0 ? [unread.size] : [])
      for (const { named } of open) {
        expect(named.length).toBe(Math.min(3, unread.size))
        expect(named.every((who) => unread.has(who))).toBe(true)
      }
    }),
    { numRuns: 15 },
  )
})

test('told by two at once while alice reads over and over, each like is in one group', async () => {
  const alice = await town.member()
  const post = await town.post(alice)
  const fans = await Promise.all(Array.from({ length: 40 }, () => town.member()))
  let liking = true
  const whileLiking = async (work: () => Promise<unknown>) => {
    while (liking) await work()
  }
  const tell = () => withTransaction(town.pool, (tx) => tellReactions(tx, { limit: 10 }))
  const others = [whileLiking(tell), whileLiking(tell), whileLiking(() => readAll(alice))]
  for (const fan of fans) await town.like(fan, post)
  liking = false
  await Promise.all(others)
  await tellAll(10)
  const groups = await groupsOf(alice)
  expect(groups.reduce((sum, { count }) => sum + Number(count), 0)).toBe(40)
  expect(groups.length).toBeGreaterThan(1)
})
