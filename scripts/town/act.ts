import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, ok } from '@rivulet/sdk'
import { DONE_OR_SHORT, keyed } from './money.ts'
import { type Neighbours, named, unless } from './neighbour.ts'
import { type Name, PEOPLE, SPONSOR } from './people.ts'
import { known, type Posts, WRITINGS } from './write.ts'

const TIPS: { by: Name; on: string; amount: string; message: string }[] = [
  { by: 'yusuf', on: 'rye', amount: '0.5', message: 'For the heel of every loaf.' },
  { by: 'emil', on: 'hum', amount: '0.1', message: 'From the mouse.' },
  { by: 'wanda', on: 'level', amount: '0.25', message: 'To be shared at the quay.' },
  { by: 'lotte', on: 'passed-on', amount: '0.2', message: 'For whoever rang.' },
  { by: 'ravi', on: 'lime', amount: '0.15', message: 'The avenue says thanks.' },
]

const UNLOCKS: { by: Name; on: string }[] = [
  { by: 'emil', on: 'first-set' },
  { by: 'wanda', on: 'first-set' },
]

/** Who passes whose post on, and who comes to like it by that. */
const SHARES: { by: Name; on: string; reaching: Name[] }[] = [
  { by: 'yusuf', on: 'beans', reaching: ['bruno', 'otis'] },
  { by: 'wanda', on: 'crystal', reaching: ['ines'] },
  { by: 'lotte', on: 'heron', reaching: [] },
]

const READS: { by: Name; on: string }[] = [
  ...(['bruno', 'yusuf', 'ines'] as const).map((by) => ({ by, on: 'rye' })),
  ...(['otis', 'ravi', 'wanda'] as const).map((by) => ({ by, on: 'level' })),
  ...(['marta', 'lotte', 'emil'] as const).map((by) => ({ by, on: 'welcome' })),
]

/** For how long one of them reads an article. Milliseconds. */
const READING_MS = 6_000

const names = PEOPLE.map(({ name }) => name)
const at = (id: string) => ({ params: { path: { id } } })

/** Everybody follows the four who come after them. */
export async function followAll(neighbours: Neighbours): Promise<void> {
  for (const [place, name] of names.entries())
    for (let step = 1; step <= 4; step++) {
      const whom = names[(place + step) % names.length] as Name
      const { client } = named(neighbours, name)
      ok(await client.PUT('/v1/members/{id}/follow', at(named(neighbours, whom).id)))
    }
}

/**
 * Nine articles are opened, read for as long as that takes, and only then said to be read. Each reader bookmarks theirs
 * afterwards, and reads no bookmark again.
 */
export async function readAll(neighbours: Neighbours, posts: Posts, signal: AbortSignal): Promise<void> {
  const reading = READS.map(async ({ by, on }) => {
    const { client } = named(neighbours, by)
    const kept = ok(await client.GET('/v1/me/bookmarks'))
    if (kept.data.some(({ id }) => id === known(posts, on))) return
    const began = performance.now()
    ok(await client.GET('/v1/posts/{id}/text', at(known(posts, on))))
    await sleep(READING_MS, undefined, { signal })
    const body = { dwellMs: Math.floor(performance.now() - began) }
    ok(await client.POST('/v1/posts/{id}/reads', { ...at(known(posts, on)), body }))
    ok(await client.PUT('/v1/posts/{id}/bookmark', at(known(posts, on))))
  })
  await Promise.all(reading)
}

/** Likes, two of five that could be: each is paid by its liker's budget of views, else by their pledge. */
export async function likeAll(neighbours: Neighbours, posts: Posts): Promise<void> {
  for (const [i, { key, by }] of WRITINGS.entries())
    for (const [place, name] of names.entries())
      if (name !== by && name !== SPONSOR && (place * 7 + i * 3) % 5 < 2)
        await like(named(neighbours, name).client, known(posts, key))
}

export async function like(client: Client, id: string, via?: string): Promise<void> {
  ok(await client.PUT('/v1/posts/{id}/like', { params: { path: { id }, ...(via && { query: { via } }) } }))
}

/** Reposts, and likes that were reached through them: the sharer has a part of what such a like pays. */
export async function shareAll(neighbours: Neighbours, posts: Posts): Promise<void> {
  for (const { by, on, reaching } of SHARES) {
    const { id: sharer, client } = named(neighbours, by)
    const repost = ok(await client.PUT('/v1/posts/{id}/repost', at(known(posts, on))))
    for (const name of reaching) {
      const { client } = named(neighbours, name)
      // Only a share that was served to somebody can have led them there.
      ok(await client.GET('/v1/members/{id}/posts', at(sharer)))
      await like(client, known(posts, on), repost.id ?? undefined)
    }
  }
}

/** Tips, two who buy an article, and one who subscribes. */
export async function payAll(neighbours: Neighbours, posts: Posts): Promise<void> {
  for (const { by, on, amount, message } of TIPS) {
    const params = { header: keyed('tip', on) }
    const body = { postId: known(posts, on), amount, message }
    unless(DONE_OR_SHORT, await named(neighbours, by).client.POST('/v1/tips', { params, body }))
  }
  for (const { by, on } of UNLOCKS) {
    const params = { path: { id: known(posts, on) }, header: keyed('unlock', on) }
    unless(DONE_OR_SHORT, await named(neighbours, by).client.POST('/v1/posts/{id}/unlock', { params }))
  }
  const params = { header: keyed('subscription') }
  const body = { memberId: named(neighbours, 'marta').id, amount: '0.25', interval: 'month' as const }
  unless(DONE_OR_SHORT, await named(neighbours, 'bruno').client.POST('/v1/subscriptions', { params, body }))
}
