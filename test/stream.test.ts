import { randomUUID } from 'node:crypto'
import { createClient, type StreamEvent } from '@rivulet/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../scripts/outside/until.ts'
import { atOnce, dollars, openScene, type Scene, send } from './scene.ts'

/*
 * Two processes of the API on one database: whoever reads a stream of one sees what happens on the other.
 */

let scene: Scene

beforeAll(async () => {
  scene = await openScene({ API_BALANCE: 'turns' }, { apiProcesses: 2 })
})
afterAll(() => scene?.close())

/** How many of a member's streams each process has open, as the page of metrics says. */
async function streamsByProcess(): Promise<Record<string, number>> {
  const page: string = (await send(scene, 'GET', '/metrics')).body
  const found = page.matchAll(/^rivulet_streams_open\{process="(\d+)"\} (\d+)$/gm)
  return Object.fromEntries([...found].map(([, process, open]) => [process, Number(open)]))
}

test('a member with a stream on each of two processes sees a tip within a second, on the one that did not take it too', async () => {
  const [alice, bob] = await atOnce(2, (i) => scene.person(`member ${i}`, dollars('1')))
  const abort = new AbortController()
  const seen: { event: StreamEvent; stream: number; at: number }[] = []
  let begun = 0
  const reading: Promise<unknown>[] = []
  async function read(stream: number): Promise<void> {
    const client = createClient({ url: scene.url, token: alice!.token })
    for await (const event of client.stream(['notifications', 'wallet'], { signal: abort.signal })) {
      if (event.event === 'ready') begun++
      else seen.push({ event, stream, at: performance.now() })
    }
  }
  // Connections go to the processes in turns; streams are opened until there is one on each.
  for (let stream = 0; stream < 5; stream++) {
    reading.push(read(stream).catch(() => {}))
    await until('the stream has begun', async () => begun === stream + 1)
    if (Object.values(await streamsByProcess()).filter((open) => open > 0).length === 2) break
  }
  const open = await streamsByProcess()
  expect(Object.values(open).filter((count) => count > 0)).toHaveLength(2)

  const measured: number[] = []
  for (let round = 0; round < 5; round++) {
    seen.length = 0
    const json = { memberId: alice!.id, amount: '0.01' }
    const sent = performance.now()
    const tip = await send(scene, 'POST', '/v1/tips', { token: bob!.token, key: randomUUID(), json })
    expect(tip.status).toBe(201)
    for (let stream = 0; stream < begun; stream++)
      for (const name of ['notifications', 'wallet'])
        await until(`the ${name} of stream ${stream}`, async () =>
          seen.some((one) => one.stream === stream && one.event.event === name),
        )
    measured.push(Math.max(...seen.map(({ at }) => at)) - sent)
  }
  abort.abort()
  await Promise.all(reading)
  const sorted = measured.sort((a, b) => a - b)
  console.log(
    `from the request to the last event, on ${begun} streams of 2 processes: ${sorted.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`,
  )
  expect(sorted[2]).toBeLessThan(1_000)
})

test('what many like is one notification on every stream, and the last one says how many', async () => {
  const [alice, ...fans] = await atOnce(4, (i) => scene.person(`fan ${i}`))
  const json = { kind: 'note', text: 'Rivers.' }
  const { body: post } = await send(scene, 'POST', '/v1/posts', { token: alice!.token, json })
  const abort = new AbortController()
  const streams: StreamEvent[][] = [[], []]
  let begun = 0
  const reading = streams.map(async (seen) => {
    const client = createClient({ url: scene.url, token: alice!.token })
    for await (const event of client.stream(['notifications'], { signal: abort.signal })) {
      if (event.event === 'ready') begun++
      else seen.push(event)
    }
  })
  await until('both have begun', async () => begun === 2)
  for (const fan of fans) await send(scene, 'PUT', `/v1/posts/${post.id}/like`, { token: fan.token })
  const counts = (seen: StreamEvent[]) =>
    seen.map(({ data }) => (data as { kind: string; body: { count: number } }).body.count)
  for (const seen of streams) await until('all three are told', async () => counts(seen).at(-1) === 3)
  for (const seen of streams) expect(counts(seen)).toEqual(counts(seen).toSorted())
  const { body } = await send(scene, 'GET', '/v1/notifications', { token: alice!.token })
  expect(body.data).toEqual([streams[0]!.at(-1)!.data])
  expect(body.data[0]).toMatchObject({ kind: 'like', ref: { type: 'post', id: post.id }, body: { count: 3 } })
  abort.abort()
  await Promise.allSettled(reading)
})
