import { setTimeout as sleep } from 'node:timers/promises'
import { audit } from '@rivulet/ledger'
import { type Person, person } from '@rivulet/stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nanoOf } from '../scripts/outside/decimal.ts'
import { disagreements } from './kill/agreement.ts'
import { Client, type Common, type Counts, chanceOf } from './kill/client.ts'
import { type Killable, startKillable } from './kill/killable.ts'
import { type LikeState, TIPS } from './kill/notebook.ts'

/*
 * PostgreSQL is killed under the shipped API while members like, unlike and tip: SIGKILL, the server and all its
 * backends at once, at a moment of chance. What was answered must be there once; of what was not, all or nothing.
 */

const KILLS = process.env.LONG === '1' ? 20 : 3
const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))

const MEMBERS = 16
const POSTS_A_ROUND = 10
const DEPOSIT = 100_000_000_000n
const PLEDGE = 10_000_000_000n
const LIKE = 500_000n

let killable: Killable
let clients: Client[]
const counts: Counts = { answered: 0, unanswered: {}, replayed: 0 }
const chance = chanceOf(SEED)
const common: Common = { counts, posts: [], authors: [], ready: () => killable.ready() }
let seenUnknown = 0
let tookEffect = 0

beforeAll(async () => {
  killable = await startKillable()
  const join = (name: string) => person(name).signIn(killable.url)
  common.authors.push(await join('alice'), await join('bob'))
  clients = []
  for (let n = 0; n < MEMBERS; n++) {
    const member = await join(`member ${n}`)
    await killable.fund(member.id, DEPOSIT)
    await member.pledges('10')
    clients.push(new Client(member, common, chanceOf(SEED + n + 1)))
  }
})
afterAll(() => killable?.close())

/** The members act, the database is killed and comes back, they go on for a while and then finish what they began. */
async function round(): Promise<number> {
  for (let n = 0; n < POSTS_A_ROUND; n++) {
    const author = common.authors[n % 2]!
    common.posts.push((await author.posts(`post ${common.posts.length}`)).id)
  }
  let stopping = false
  const acting = Promise.all(
    clients.map(async (client) => {
      while (!stopping) await client.act()
    }),
  )
  // A client that finds a fault ends all of it.
  const unless = <T>(work: Promise<T>) => Promise.race([work, acting.then(() => work)])
  await unless(answers(20 + Math.floor(chance() * 200)))
  await sleep(chance() * 20)
  const killed = await killable.killDatabase()
  await unless(killable.startDatabase())
  await unless(killable.ready())
  await unless(answers(50))
  stopping = true
  await acting
  return killed
}

/** Until so many more requests were answered. */
async function answers(more: number): Promise<void> {
  const enough = counts.answered + more
  while (counts.answered < enough) await sleep(1)
}

/** What each member knows is what the tables say; what they did not know is known then. */
async function compareNotebooks(): Promise<void> {
  const { likes, tips } = await killable.asOwner(async (pool) => ({
    likes: (
      await pool.query(
        `select actor_id || '/' || post_id as key, active as on, reversals, credited from interactions where kind = 'like'`,
      )
    ).rows,
    tips: (await pool.query('select message, id, payer_id, receiver_id, amount, fee from tips')).rows,
  }))
  const likeOf = new Map(likes.map(({ key, ...row }) => [key as string, row]))
  let noted = 0
  for (const { person, likes } of clients)
    for (const [postId, like] of likes) {
      const row = likeOf.get(`${person.id}/${postId}`)
      if (row) noted += 1
      const state: LikeState = row
        ? { on: row.on, reversals: row.reversals, credited: row.credited === LIKE }
        : { on: false, reversals: 0, credited: false }
      if (row) expect([0n, LIKE]).toContain(row.credited)
      const { possible } = like
      if (possible.length > 1) seenUnknown += 1
      expect(like.seen(state), `${JSON.stringify(state)} is none of ${JSON.stringify(possible)}`).toBe(true)
      if (possible.length > 1 && JSON.stringify(state) !== JSON.stringify(possible[0])) tookEffect += 1
    }
  expect(likeOf.size, 'likes that nobody gave').toBe(noted)

  const tipsOf = Map.groupBy(tips, ({ message }) => message as string)
  for (const known of clients.flatMap((client) => client.tips)) {
    const rows = tipsOf.get(known.key) ?? []
    tipsOf.delete(known.key)
    if (known.id === null) {
      seenUnknown += 1
      if (rows.length === 1) tookEffect += 1
      expect(rows.length, 'a tip that was not answered').toBeLessThanOrEqual(1)
    } else {
      expect(rows.map(({ id }) => id)).toEqual([known.id])
    }
    for (const row of rows) {
      expect([row.payer_id, row.receiver_id]).toEqual([known.payer, known.receiver])
      expect([row.amount, row.fee]).toEqual([nanoOf(known.amount), nanoOf(known.fee)])
      known.id = row.id
    }
  }
  expect(tipsOf.size, 'tips that nobody gave').toBe(0)
  // What is known now not to have been paid is nothing any more.
  for (const client of clients)
    client.tips.splice(0, Infinity, ...client.tips.filter(({ id }) => id !== null))
}

/** Every wallet, by the API, is what the notebooks add up to. */
async function compareWallets(): Promise<void> {
  const tips = clients.flatMap((client) => client.tips)
  const sum = (amounts: string[]) => amounts.map(nanoOf).reduce((all, one) => all + one, 0n)
  const standing = (client: Client) =>
    [...client.likes.values()].filter(({ possible }) => possible[0]!.credited)
  const wallet = async (who: Person) => {
    const { available, pending, pledge } = await who.balances()
    return { available: nanoOf(available), pending: nanoOf(pending), pledge: nanoOf(pledge) }
  }
  for (const client of clients) {
    const { available, pledge } = await wallet(client.person)
    expect(pledge).toBe(PLEDGE - LIKE * BigInt(standing(client).length))
    expect(available).toBe(DEPOSIT - PLEDGE - sum(client.tips.map(({ amount }) => amount)))
  }
  const earned = await Promise.all(common.authors.map(wallet))
  const given = clients.map((client) => standing(client).length).reduce((all, one) => all + one)
  expect(earned[0]!.pending + earned[1]!.pending).toBe(LIKE * BigInt(given))
  for (const [n, author] of common.authors.entries())
    expect(earned[n]!.available).toBe(
      sum(tips.filter(({ receiver }) => receiver === author.id).map(({ net }) => net)),
    )
}

test('what the tips of these members come to was worked out by hand', () => {
  for (const { amount, fee, net } of TIPS) expect(nanoOf(fee) + nanoOf(net)).toBe(nanoOf(amount))
})

test(
  'PostgreSQL is killed under load, and nothing is lost, doubled or half there',
  async () => {
    console.log(`KILL_SEED=${SEED}`)
    let processes = 0
    for (let n = 1; n <= KILLS; n++) {
      processes += await round()
      expect(killable.apiEnded(), 'the API is to come back by itself').toBeNull()
      await killable.asOwner(async (pool) => {
        expect(await disagreements(pool)).toEqual({})
        expect(await audit(pool)).toMatchObject({ ok: true, violations: [] })
      })
      await compareNotebooks()
      await compareWallets()
    }
    console.log(
      `PostgreSQL killed ${KILLS} times under load (${processes} processes): ${counts.answered} requests ` +
        `answered, ${JSON.stringify(counts.unanswered)} not; ${counts.replayed} tips had been paid before they were ` +
        `sent again; of ${seenUnknown} deeds that stayed unknown ${tookEffect} had taken effect`,
    )
    const unanswered = Object.values(counts.unanswered).reduce((all, one) => all + one, 0)
    expect(unanswered, 'the kills met requests under way').toBeGreaterThan(KILLS)
  },
  KILLS * 60_000,
)
