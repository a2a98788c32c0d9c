import { createHmac } from 'node:crypto'

/**
 * The headers of one request. Source: Standard Webhooks, "Webhook headers" and "Signature scheme".
 * @param at milliseconds since 1970, of this request and not of the event
 * @param secrets one signature each, the newest first
 */
export function signedHeaders({
  id,
  at,
  body,
  secrets,
}: {
  id: string
  at: number
  body: string
  secrets: readonly Buffer[]
}): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000))
  const content = `${id}.${timestamp}.${body}`
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
