const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long after each failed request the next one is begun, in milliseconds, before jitter; after the last it is given up. */
export const RETRIES_MS: readonly number[] = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR],
]

/** Most that is added to a wait, as a part of it: what failed together does not come back together. */
export const JITTER = 0.2

/** A webhook that has done nothing but fail for so long is disabled, in milliseconds. */
export const FAILING_MS = 5 * 24 * HOUR

/** How long deliveries are kept and listed, in days. */
export const DELIVERIES_KEPT_DAYS = 30

/** Rung when a delivery was written, or asked for again. */
export const WEBHOOKS_BELL = 'webhooks'

/** Why a webhook was disabled: its receiver answered 410 Gone, or did nothing but fail. */
export type DisabledReason = 'gone' | 'failing'

/**
 * How long to wait after a failed request, in milliseconds; undefined: no more are made.
 * @param tries requests begun so far, from 1
 * @param random 0 up to, and without, 1
 */
export function retryAfter(tries: number, random: number): number | undefined {
  const wait = RETRIES_MS[tries - 1]
  return wait === undefined ? undefined : Math.round(wait * (1 + JITTER * random))
}

/** What a receiver is sent, as JSON. Source: Standard Webhooks, "Payload structure". */
export type WebhookEvent = { type: string; timestamp: string; data: object }

export const PING = 'ping'

/** The type of the event that a notification of this kind is. */
export const eventType = (kind: string): string => `notification.${kind}`
