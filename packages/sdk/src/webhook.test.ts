import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { verifyWebhook, type WebhookHeaders, WebhookRefused } from './webhook.ts'

const secret = `whsec_${randomBytes(32).toString('base64')}`
const event = { type: 'ping', timestamp: '2026-11-28T12:00:00.000Z', data: { webhookId: 'of alice — ✓' } }
const body = JSON.stringify(event)

/** Signed by another implementation. */
function signed(text: string, at = new Date(), by = secret): Record<string, string> {
  return {
    'webhook-id': '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(by).sign('01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11', at, text),
  }
}

const refused = (headers: WebhookHeaders, text: string | Uint8Array = body, by = secret) =>
  verifyWebhook(by, headers, text).then(
    () => undefined,
    (error: Error) => {
      expect(error).toBeInstanceOf(WebhookRefused)
      return error.message
    },
  )

test('what another implementation has signed is believed, as text and as bytes, by Fetch and by node:http', async () => {
  for (const headers of [signed(body), new Headers(signed(body)), { ...signed(body), accept: ['a', 'b'] }])
    for (const text of [body, new TextEncoder().encode(body)])
      expect(await verifyWebhook(secret, headers, text)).toEqual(event)
})

test('whatever is said, the two agree about it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.uint8Array({ minLength: 24, maxLength: 64 }), async (said, bytes) => {
      const by = `whsec_${Buffer.from(bytes).toString('base64')}`
      const text = JSON.stringify(said)
      expect(await verifyWebhook(by, signed(text, new Date(), by), text)).toEqual(JSON.parse(text))
    }),
    { numRuns: 50 },
  )
})

test('a flipped bit is refused wherever it is', async () => {
  const bytes = Buffer.from(body)
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    expect(await refused(signed(body), flipped)).toBe('no signature is by this secret')
  }
  expect(await refused({ ...signed(body), 'webhook-id': 'another' })).toBe('no signature is by this secret')
  expect(await refused(signed(body), JSON.stringify(event, null, 1))).toBe('no signature is by this secret')
  const other = `whsec_${randomBytes(32).toString('base64')}`
  expect(await refused(signed(body), body, other)).toBe('no signature is by this secret')
})

test('five minutes to either side, and no more', async () => {
  const ago = (seconds: number) => signed(body, new Date(Date.now() - seconds * 1_000))
  expect(await refused(ago(290))).toBeUndefined()
  expect(await refused(ago(310))).toBe('it is old')
  expect(await refused(ago(-290))).toBeUndefined()
  expect(await refused(ago(-310))).toBe('it is early')
  // The time is signed as well.
  const now = String(Math.floor(Date.now() / 1_000))
  expect(await refused({ ...ago(310), 'webhook-timestamp': now })).toBe('no signature is by this secret')
})

test('of several signatures one is enough, and others are passed over', async () => {
  const { 'webhook-signature': right, ...rest } = signed(body)
  const former = signed(body, new Date(), `whsec_${randomBytes(32).toString('base64')}`)['webhook-signature']
  for (const signatures of [
    `${former} ${right}`,
    `${right} ${former}`,
    `v1a,abc v2,${right} v1,!! v1 ${right}`,
  ])
    expect(await refused({ ...rest, 'webhook-signature': signatures })).toBeUndefined()
  for (const signatures of [`v2,${right!.slice(3)}`, 'v1,', 'v1', `${former}`])
    expect(await refused({ ...rest, 'webhook-signature': signatures })).toBe('no signature is by this secret')
})

test('the ten lines of docs/WEBHOOKS.md believe what another implementation has signed, and nothing else', async () => {
  const page = await readFile(new URL('../../../docs/WEBHOOKS.md', import.meta.url), 'utf8')
  const code = /^```js\n(.*?)^```$/ms.exec(page)?.[1] as string
  const source = `data:text/javascript,${encodeURIComponent(`${code}\nexport { isGenuine }`)}`
  const { isGenuine } = await import(/* @vite-ignore */ source)
  const former = `whsec_${randomBytes(32).toString('base64')}`
  const both = {
    ...signed(body),
    'webhook-signature': `${signed(body, new Date(), former)['webhook-signature']} ${signed(body)['webhook-signature']}`,
  }
  expect([
    isGenuine(secret, signed(body), body),
    isGenuine(secret, both, body),
    isGenuine(former, both, body),
  ]).toEqual([...[true, true, true]])
  expect(isGenuine(secret, signed(body), `${body} `)).toBe(false)
  expect(isGenuine(former, signed(body), body)).toBe(false)
  expect(isGenuine(secret, signed(body, new Date(Date.now() - 310_000)), body)).toBe(false)
  expect(isGenuine(secret, { ...signed(body), 'webhook-timestamp': 'soon' }, body)).toBe(false)
})

test('what is missing or no secret is named', async () => {
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    expect(await refused({ ...signed(body), [name]: undefined })).toBe(`${name} is missing`)
  expect(await refused({ ...signed(body), 'webhook-timestamp': 'soon' })).toBe(
    'webhook-timestamp is not a time',
  )
  for (const none of ['', 'whsec_', 'whsec_%', randomBytes(32).toString('base64')])
    expect(await refused(signed(body), body, none)).toContain('the secret is not one')
})
