/** An event as a webhook brings it. `data` of `notification.<kind>` is the notification as the list shows it. */
export type WebhookEvent = {
  /** `notification.<kind>`, or `ping`. */
  type: string
  /** When it happened: UTC, RFC 3339. */
  timestamp: string
  data: Record<string, unknown>
}

/** What arrived is not what was sent, or not when it was sent. */
export class WebhookRefused extends Error {
  override name = 'WebhookRefused'
}

/** The headers of a request, by Fetch or by node:http. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

const TOLERANCE_SECONDS = 300
const PREFIX = 'whsec_'

/**
 * Makes sure that a request comes from whoever has the secret, and was signed within 5 minutes of now; answers what it
 * says. The comparison is WebCrypto's own, and takes the same time wherever two signatures differ.
 *
 * What arrives twice is right twice: remember the `webhook-id`s you have dealt with.
 *
 * @param secret as it was told: `whsec_…`
 * @param body as it arrived, before any JSON parser has had it
 * @throws WebhookRefused saying what is wrong
 * @source Standard Webhooks, "Signature scheme"
 */
export async function verifyWebhook(
  secret: string,
  headers: WebhookHeaders,
  body: string | Uint8Array,
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `webhook-${name}`),
  ) as [string, string, string]
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookRefused('webhook-timestamp is not a time')
  const age = Date.now() / 1_000 - Number(timestamp)
  if (Math.abs(age) > TOLERANCE_SECONDS) throw new WebhookRefused(`it is ${age > 0 ? 'old' : 'early'}`)

  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const content = new Uint8Array(head.length + bytes.length)
  content.set(head)
  content.set(bytes, head.length)
  const key = await keyOf(secret)
  for (const signature of signatures.split(' ')) {
    const [version, text = ''] = signature.split(',')
    const given = version === 'v1' ? bytesOf(text) : undefined
    if (given && (await crypto.subtle.verify('HMAC', key, given, content)))
      return JSON.parse(new TextDecoder().decode(bytes))
  }
  throw new WebhookRefused('no signature is by this secret')
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  if (typeof value !== 'string' || value === '') throw new WebhookRefused(`${name} is missing`)
  return value
}

async function keyOf(secret: string) {
  const bytes = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : undefined
  if (!bytes || bytes.length === 0) throw new WebhookRefused('the secret is not one: whsec_ and base64')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

/** Of base64; undefined when it is none. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
