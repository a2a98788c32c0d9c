import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { createHub } from './hub.ts'
import { createStreamMetrics } from './metrics.ts'
import { readPosition } from './position.ts'

const { app, deps } = await world()

test('while nothing happens a stream says that it lives, and how far it has come', async () => {
  const alice = await person(app)
  const { rows } = await deps.db.pool.query('select id from sessions where member_id = $1', [alice.id])
  const metrics = createStreamMetrics(new Registry())
  const hub = createHub({ pool: deps.db.pool, metrics, heartbeatMs: 100 })
  const opened = await hub.open({
    memberId: alice.id,
    credential: { sessionId: rows[0].id },
    topics: new Set(['notifications']),
    position: undefined,
  })
  if (!opened.ok) throw new Error(opened.code)
  let text = ''
  opened.out.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  const beats = () =>
    [...text.matchAll(/^: heartbeat\nid: (\S+)\n\n/gm)].map(([, id]) => readPosition(id!)!.at)
  await expect.poll(() => beats().length, { timeout: 30_000 }).toBeGreaterThan(2)
  expect(text).toMatch(/^retry: 3000\n\nid: \S+\nevent: ready\ndata: {}\n\n: heartbeat\n/)
  const [first, second] = beats() as [number, number]
  expect(second).toBeGreaterThan(first)
  await hub.close()
  expect(
    (
      await hub.open({
        memberId: alice.id,
        credential: { sessionId: rows[0].id },
        topics: new Set(),
        position: undefined,
      })
    ).ok,
  ).toBe(false)
})
