import { expect, test } from 'vitest'
import { createClient } from './client.ts'

/** A client of an API that is overloaded whatever it is asked, and the keys of what it was asked. */
function overloaded() {
  const keys: (string | null)[] = []
  const client = createClient({
    url: 'http://rivulet.test',
    retry: { waitMs: 1 },
    fetch: async (request) => {
      keys.push(request.headers.get('idempotency-key'))
      return new Response(JSON.stringify({ code: 'overloaded', title: 'Overloaded' }), { status: 503 })
    },
  })
  return { client, keys }
}

test('a tip that was not answered is sent again, by the same key', async () => {
  const { client, keys } = overloaded()
  await client.POST('/v1/tips', { body: { memberId: 'bob', amount: '0.25' } })
  expect(keys).toHaveLength(4)
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
})

test('a webhook is made once: the API knows no key for that, so a second one would be another', async () => {
  const { client, keys } = overloaded()
  await client.POST('/v1/webhooks', { body: { url: 'https://bot.test/', events: ['tip'] } as never })
  expect(keys).toEqual([null])
})
