import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScene, type Scene } from '../../test/scene.ts'
import { until } from '../outside/until.ts'
import type { Neighbour } from './neighbour.ts'
import { MARK, PEOPLE, SPONSOR } from './people.ts'
import { startTown, type Town } from './start.ts'
import { SAYINGS } from './words/sayings.ts'
import { WRITINGS } from './write.ts'

/*
 * One stack, and one town after another on it: killed twice before it is complete, then complete and lively with a
 * newcomer in it, then started again over what is there.
 */

type Post = {
  id: string
  author: { id: string; displayName: string }
  title: string | null
  text: string | null
  tags: string[]
  counts: { likes: number; comments: number; reposts: number }
}
type Page = { data: Post[] }

let scene: Scene
const towns: Town[] = []
const said: string[] = []

beforeAll(async () => {
  scene = await openScene({ VIEWER_MIN_AGE_SECONDS: '0', PERIOD_SECONDS: '86400' })
})
afterAll(async () => {
  await Promise.all(towns.map((town) => town.stop()))
  await scene?.close()
})

function townOf(options: { everyMs?: number; actsPerHour?: number } = {}): Town {
  const say = (line: string) => void said.push(line)
  const town = startTown({ stack: scene.stack, say, welcomeWithinMs: 1_500, ...options })
  towns.push(town)
  return town
}

const demoPosts = async () => (await scene.stranger<Page>('GET', '/v1/feeds/tags/demo?limit=100')).data
const transfers = async () => {
  const { rows } = await scene.database.query('select count(*)::int as count from ledger.transfer')
  return rows[0].count as number
}

/** A town in a process of its own, which is killed as soon as the condition holds. */
async function killedWhen(what: string, condition: () => Promise<boolean>): Promise<void> {
  const { url, rpcUrl } = scene.stack
  const program = `import { startTown } from './scripts/town/start.ts'
    startTown({ stack: ${JSON.stringify({ url, rpcUrl })}, say: console.log })`
  const running = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(running, 'exit')
  try {
    await until(what, condition, { everyMs: 10, seconds: 90 })
  } finally {
    running.kill('SIGKILL')
    await exited
  }
}

test('killed while it writes and while it likes, the town is complete after the next start, nothing in it twice', async () => {
  await killedWhen('some posts are there', async () => (await demoPosts()).length >= 5)
  expect((await demoPosts()).every(({ counts }) => counts.likes === 0)).toBe(true)
  const isLiked = async () => (await demoPosts()).some(({ counts }) => counts.likes > 0)
  await killedWhen('something is liked', isLiked)
  expect((await demoPosts()).reduce((sum, { counts }) => sum + counts.comments, 0)).toBe(0)

  const town = townOf({ actsPerHour: 0 })
  const seeded = await town.seeded
  expect(said).toEqual([expect.stringMatching(/town is there: 10 members and 36 posts.*--empty/)])
  const posts = await demoPosts()
  const words = (one: { title?: string | null; text: string | null }) => one.title ?? one.text
  expect(posts.map(words).sort()).toEqual(WRITINGS.map(words).sort())
  // Of the articles one has a price, and one's words are for whoever has paid it.
  expect(posts.filter(({ text }) => text === null).map(({ title }) => title)).toEqual([
    'Bringing a silent radio back',
  ])
  const on = new Set(WRITINGS.map(({ key }) => key))
  const answers = SAYINGS.filter((saying) => on.has(saying.on)).length
  expect(posts.reduce((sum, { counts }) => sum + counts.comments, 0)).toBe(answers)
  const { data: comments } = await scene.stranger<Page>(
    'GET',
    `/v1/posts/${seeded!.posts.get('gauge')}/comments`,
  )
  expect(comments.map(({ text, tags }) => [text, tags])).toEqual([
    ['Is that before or after the mill opens at ten?', ['demo']],
  ])

  for (const { id } of seeded!.neighbours.values()) {
    const member = await scene.stranger<{ bio: string; displayName: string }>('GET', `/v1/members/${id}`)
    expect(member.bio).toMatch(new RegExp(`^${MARK}`))
    expect(member.displayName).toMatch(/\(demo\)$/)
  }
  expect(await streams([...seeded!.neighbours.values()])).toEqual(
    ['attention', 'comment', 'like', 'read', 'share', 'subscription', 'tip', 'unlock'].sort(),
  )
  await scene.lawsHold()
  await town.stop()
})

test('alice is new: she sees the town, writes, is liked by one of it within seconds, and has earned', async () => {
  const town = townOf({ everyMs: 400 })
  const alice = await scene.person('alice')
  const { data: latest } = await alice.call<Page>('GET', '/v1/feeds/latest?limit=100')
  expect(latest.filter(({ tags }) => tags.includes('demo'))).toHaveLength(WRITINGS.length)
  await until('the town trends', async () => {
    const { data } = await alice.call<Page>('GET', '/v1/feeds/trending?window=1h')
    return data.some(({ author }) => author.displayName.endsWith('(demo)'))
  })

  const post = await alice.call<Post>('POST', '/v1/posts', { kind: 'note', text: 'Hello. Is there soup?' })
  const { neighbours } = (await town.seeded)!
  const earned = await until('somebody likes it', async () => {
    const { pending } = await alice.call<{ pending: string }>('GET', '/v1/wallet')
    return pending !== '0' && pending
  })
  // One, two or three likes at 0.0005.
  expect(['0.0005', '0.001', '0.0015']).toContain(earned)
  const likes = await scene.stranger<{ data: { id: string }[] }>('GET', `/v1/posts/${post.id}/likes`)
  const townsfolk = [...neighbours.values()].map(({ id }) => id)
  expect(likes.data.length).toBeGreaterThan(0)
  for (const { id } of likes.data) expect(townsfolk).toContain(id)

  const before = await transfers()
  await until('the town goes on', async () => (await transfers()) > before)
  await town.stop()
  await scene.lawsHold()
})

test('started again over what is there, nothing is written and nothing moves', async () => {
  const before = [await counted(), await transfers()]
  const town = townOf({ actsPerHour: 0 })
  expect(await town.seeded).not.toBeNull()
  expect([await counted(), await transfers()]).toEqual(before)
  await town.stop()
})

async function counted(): Promise<unknown> {
  return (await demoPosts()).map(({ id, counts }) => [id, counts])
}

/** What any of the town has earned by. */
async function streams(neighbours: Neighbour[]): Promise<string[]> {
  const found = new Set<string>()
  for (const { client } of neighbours) {
    const { data } = await client.GET('/v1/wallet/earnings', { params: { query: { bucket: 'hour' } } })
    for (const { stream, values } of data?.series ?? [])
      if (values.some((value) => value !== '0')) found.add(stream)
  }
  expect(neighbours).toHaveLength(PEOPLE.length)
  expect(neighbours.some(({ name }) => name === SPONSOR)).toBe(true)
  return [...found].sort()
}
