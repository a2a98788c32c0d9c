import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Member } from '../scripts/outside/member.ts'
import { until } from '../scripts/outside/until.ts'
import { type Answered, atOnce, balanceOf, dollars, openScene, type Scene, send } from './scene.ts'

/*
 * Four processes of the API on one database: what they answer, taken together, is what the books say. Every request comes
 * through a connection of its own choosing, so that wishes about one post and one payer meet in different processes.
 */

const PROCESSES = 4
const RATE = dollars('0.0005')

let scene: Scene
let people: Member[]

beforeAll(async () => {
  scene = await openScene({ LOG_LEVEL: 'info', API_BALANCE: 'turns' }, { apiProcesses: PROCESSES })
  // All at once: the faucet's transactions are sent by different processes as well.
  people = await atOnce(10, (i) => scene.person(`member ${i}`, dollars('1')))
})
afterAll(() => scene?.close())

afterEach(async () => {
  await scene.lawsHold()
  expect(readFileSync(join(scene.stack.home, 'postgres/postgres.log'), 'utf8')).not.toMatch(/deadlock/)
})

type Logged = { level: number; msg: string; itsPid?: number }
const apiLog = () =>
  readFileSync(scene.stack.api.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Logged)

const servingPids = () =>
  apiLog().flatMap(({ msg, itsPid }) => (msg === 'a process listens' && itsPid ? itsPid : []))

const postBy = (author: Member, text: string) =>
  author.call<{ id: string }>('POST', '/v1/posts', { kind: 'note', text })

const like = (on: boolean, who: Member, post: { id: string }) =>
  send(scene, on ? 'PUT' : 'DELETE', `/v1/posts/${post.id}/like`, { token: who.token })

const paying = (path: string, who: Member, json: unknown, key: string = randomUUID()) =>
  send(scene, 'POST', path, { token: who.token, key, json })

const statuses = (answers: { status: number }[]) => new Set(answers.map(({ status }) => status))
const sum = (amounts: bigint[]) => amounts.reduce((total, one) => total + one, 0n)

const revenue = async () =>
  (
    await scene.database.query<{ balance: bigint }>(
      `select balance from ledger.account where ref = 'platform:revenue'`,
    )
  ).rows[0]?.balance ?? 0n

test('likes, tips and pledges at once, of one post and from one payer, come to what was answered', async () => {
  const [alice, bob, ...others] = people as [Member, Member, ...Member[]]
  const hot = await postBy(alice, 'Everybody likes this at once.')
  const fickle = await postBy(alice, 'Nobody can decide about this one.')
  const likers = [bob, ...others]
  await Promise.all(likers.map((who) => who.call('POST', '/v1/wallet/pledge', { amount: '0.1' })))
  const earlier = await revenue()

  /** On, off, on, off, on: each through whichever process is next, and the last as five at once. */
  async function changesTheirMind(who: Member): Promise<Answered[]> {
    const answers: Answered[] = []
    for (const on of [true, false, true, false]) {
      const answer = await like(on, who, hot)
      expect(answer.body).toMatchObject({ liked: on, credited: on ? '0.0005' : '0', unfunded: false })
      answers.push(answer)
    }
    return [...answers, ...(await atOnce(5, () => like(true, who, hot)))]
  }

  // Of bob's 0.9 the 20 tips want 1 and the pledges 0.4: who comes first is paid. The others can pay all they want.
  const tipsOf = new Map<Member, Promise<Answered[]>>()
  const pledgesOf = new Map<Member, Promise<Answered[]>>()
  const likes = likers.map((who) => {
    const [tips, pledges] = who === bob ? [20, 8] : [5, 3]
    tipsOf.set(
      who,
      atOnce(tips, (i) =>
        paying(
          '/v1/tips',
          who,
          i % 2 ? { postId: hot.id, amount: '0.05' } : { memberId: alice.id, amount: '0.05' },
        ),
      ),
    )
    pledgesOf.set(
      who,
      atOnce(pledges, () => paying('/v1/wallet/pledge', who, { amount: '0.05' })),
    )
    return changesTheirMind(who)
  })
  const wavering = likers.map((who) => atOnce(6, (i) => like(i % 2 === 0, who, fickle)))

  const liked = (await Promise.all(likes)).flat()
  expect(statuses([...liked, ...(await Promise.all(wavering)).flat()])).toEqual(new Set([200]))
  // Whatever they settled on, it is taken back.
  await Promise.all(likers.map((who) => like(false, who, fickle)))

  const fees: bigint[] = []
  const received: bigint[] = []
  for (const who of likers) {
    const tips = (await tipsOf.get(who)) as Answered[]
    const pledges = (await pledgesOf.get(who)) as Answered[]
    const [paid, pledged] = [
      tips.filter(({ status }) => status === 201),
      pledges.filter(({ status }) => status === 200),
    ]
    const refused = [...tips, ...pledges].filter((one) => !paid.includes(one) && !pledged.includes(one))
    for (const { status, body } of refused) expect([status, body.code]).toEqual([409, 'insufficient_funds'])
    // 18 times 0.05 is what bob has, and nothing of it is left over.
    expect(paid.length + pledged.length).toBe(who === bob ? 18 : 8)
    fees.push(...paid.map(({ body }) => dollars(body.fee)))
    received.push(...paid.map(({ body }) => dollars(body.net)))
    const spent = dollars('0.05') * BigInt(paid.length + pledged.length)
    expect(await balanceOf(who, 'available')).toBe(dollars('0.9') - spent)
    expect(await balanceOf(who, 'pledge')).toBe(
      dollars('0.1') + dollars('0.05') * BigInt(pledged.length) - RATE,
    )
  }
  // 2.5 % of 0.05 is 0.00125.
  expect(new Set(fees)).toEqual(new Set([dollars('0.00125')]))
  expect((await revenue()) - earlier).toBe(sum(fees))
  expect(await balanceOf(alice, 'available')).toBe(dollars('1') + sum(received))
  expect(await balanceOf(alice, 'pending')).toBe(RATE * BigInt(likers.length))

  const seen = await send(scene, 'GET', `/v1/posts/${hot.id}`)
  expect(seen.body.counts.likes).toBe(likers.length)
  expect((await send(scene, 'GET', `/v1/posts/${fickle.id}`)).body).toMatchObject({
    counts: { likes: 0 },
    earned: '0',
  })

  // Each of the processes has had its part in it, and none anything to complain about.
  const page: string = (await send(scene, 'GET', '/metrics')).body
  const counts = page
    .split('\n')
    .filter((line) =>
      /^http_server_request_duration_seconds_count.*route="\/v1\/posts\/:id\/like"/.test(line),
    )
  const answering = new Set(counts.map((line) => /process="(\d+)"/.exec(line)?.[1]))
  expect(answering).toEqual(new Set(['1', '2', '3', '4']))
  expect(apiLog().filter(({ level }) => level >= 50)).toEqual([])
})

test('one tip under one key, sent to all processes at once, is paid once', async () => {
  const [alice, bob] = await atOnce(2, (i) => scene.person(`payer ${i}`, dollars('1')))
  const key = randomUUID()
  const json = { memberId: alice?.id, amount: '0.2' }
  const answers = await atOnce(40, () => paying('/v1/tips', bob as Member, json, key))
  expect(statuses(answers)).toEqual(new Set([201]))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(await balanceOf(bob as Member, 'available')).toBe(dollars('0.8'))
})

test('a process killed in the middle loses nothing that was answered, and what was not can be sent again', async () => {
  const [alice, bob] = (await atOnce(2, (i) => scene.person(`survivor ${i}`, dollars('2')))) as [
    Member,
    Member,
  ]
  const [victim] = servingPids()
  let answered = 0
  let interrupted = 0
  // A tip whose answer did not come is sent again under its key. A connection that was on its way to the process when it
  // was killed is neither answered nor closed: like every client this one does not wait for ever.
  async function tipUntilPaid(): Promise<Answered> {
    const key = randomUUID()
    for (;;) {
      try {
        const answer = await send(scene, 'POST', '/v1/tips', {
          ...{ token: bob.token, key, json: { memberId: alice.id, amount: '0.01' } },
          signal: AbortSignal.timeout(15_000),
        })
        if (++answered === 20) process.kill(victim as number, 'SIGKILL')
        return answer
      } catch {
        interrupted++
      }
    }
  }
  const inTurn = await atOnce(30, async () => {
    const own: Answered[] = []
    while (own.length < 5) own.push(await tipUntilPaid())
    return own
  })
  const answers = inTurn.flat()
  expect(statuses(answers)).toEqual(new Set([201]))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(150)
  expect(interrupted).toBeGreaterThan(0)
  expect(await balanceOf(bob, 'available')).toBe(dollars('0.5'))
  // 2.5 % of 0.01 is 0.00025.
  expect(await balanceOf(alice, 'available')).toBe(dollars('2') + 150n * dollars('0.00975'))

  await until('the killed process is replaced', async () => servingPids().length === PROCESSES + 1)
  expect((await send(scene, 'GET', '/readyz')).status).toBe(200)
})
