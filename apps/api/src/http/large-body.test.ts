import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app } = await world()

test('a body far over the limit is answered, also while its client is still writing', async () => {
  const alice = await person(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const body = JSON.stringify({ kind: 'note', text: 'x'.repeat(20_000_000) })
  const headers = { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' }
  for (let i = 0; i < 10; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/posts`, { method: 'POST', headers, body })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'body_too_large'])
  }
})
