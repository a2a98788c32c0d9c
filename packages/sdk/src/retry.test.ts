import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { collectGarbage } from '../test/garbage.ts'
import { type Fetch, retrying } from './retry.ts'

const URL_OF_A_POST = 'https://rivulet.test/v1/posts'
const ask = (method: string, headers: Record<string, string> = {}) =>
  new Request(URL_OF_A_POST, { method, headers, ...(method === 'POST' ? { body: 'hello' } : {}) })

/** Answers with each of these in turn; 0 is a connection that breaks. */
function answers(...statuses: number[]): { fetch: Fetch; asked: { key: string | null; body: string }[] } {
  const asked: { key: string | null; body: string }[] = []
  return {
    asked,
    async fetch(request) {
      asked.push({ key: request.headers.get('idempotency-key'), body: await request.text() })
      const status = statuses[asked.length - 1] ?? 200
      if (status === 0) throw new TypeError('fetch failed')
      return new Response(null, { status, headers: status === 429 ? { 'retry-after': '0' } : {} })
    },
  }
}

test('what is harmless is asked again, with the same key and the same body, until it is answered', async () => {
  for (const request of [ask('GET'), ask('PUT'), ask('DELETE'), ask('POST', { 'idempotency-key': 'k' })]) {
    const { fetch, asked } = answers(0, 503, 429)
    expect((await retrying(fetch, { waitMs: 1 })(request)).status).toBe(200)
    expect(asked).toEqual(
      Array(4).fill({ key: request.headers.get('idempotency-key'), body: asked[0]!.body }),
    )
    expect(asked[0]!.body).toBe(request.method === 'POST' ? 'hello' : '')
  }
})

test('a POST without a key is asked once: nobody knows what the first one did', async () => {
  const { fetch, asked } = answers(0)
  await expect(retrying(fetch, { waitMs: 1 })(ask('POST'))).rejects.toThrow('fetch failed')
  expect(asked).toHaveLength(1)
})

test('a refusal is an answer, and after the last try everything is', async () => {
  for (const status of [400, 404, 409, 422, 500]) {
    const { fetch, asked } = answers(status)
    expect((await retrying(fetch, { waitMs: 1 })(ask('GET'))).status).toBe(status)
    expect(asked).toHaveLength(1)
  }
  const { fetch, asked } = answers(503, 503, 503)
  expect((await retrying(fetch, { waitMs: 1, retries: 2 })(ask('GET'))).status).toBe(503)
  expect(asked).toHaveLength(3)
})

test('who is told to come back in an hour is told so', async () => {
  let asked = 0
  const fetch: Fetch = async () => {
    asked++
    return new Response(null, { status: 429, headers: { 'retry-after': '3600' } })
  }
  expect((await retrying(fetch)(ask('GET'))).status).toBe(429)
  expect(asked).toBe(1)
})

test('an aborted request is not asked again, also while it waits', async () => {
  const stop = new AbortController()
  let asked = 0
  const fetch: Fetch = async () => {
    asked++
    queueMicrotask(() => stop.abort(new Error('enough')))
    return new Response(null, { status: 503 })
  }
  const request = new Request(URL_OF_A_POST, { signal: stop.signal })
  await expect(retrying(fetch, { waitMs: 60_000, longestWaitMs: 60_000 })(request)).rejects.toThrow('enough')
  expect(asked).toBe(1)
})

test('a request that waits for its answer is aborted, however long it has waited', async () => {
  const [came, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const http = createServer((_, answer) => {
    answer.on('close', gone.resolve)
    came.resolve()
  })
  onTestFinished(() => void http.close())
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const stop = new AbortController()
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const answer = retrying(fetch)(new Request(url, { signal: stop.signal }))
  await came.promise
  await collectGarbage()
  stop.abort(new Error('enough'))
  await expect(answer).rejects.toThrow('enough')
  await gone.promise
})
