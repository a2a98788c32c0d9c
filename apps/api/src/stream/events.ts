import type { z } from 'zod'
import { presentNotification } from '../notifications/present.ts'
import { presentWallet } from '../wallet/present.ts'
import type { Found, Reader } from './look.ts'
import { fingerprint, type Position, writePosition } from './position.ts'
import type { FeedNews } from './schemas.ts'

/** Between two connections, in milliseconds: what a client waits. */
export const RETRY_MS = 3_000

export const HELLO = `retry: ${RETRY_MS}\n\n`

const event = (position: Position, name: string, data: object): string =>
  `id: ${writePosition(position)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** Says that the connection lives. The id alone is no event: a browser remembers it, and goes on from there. */
export const heartbeat = (position: Position | undefined): string =>
  position ? `: heartbeat\nid: ${writePosition(position)}\n\n` : ': heartbeat\n\n'

/**
 * What one look has found for a reader, as they read it, and how far they have come with it. The id of each event says
 * what of the look came before it, so that whoever goes on behind it misses nothing.
 *
 * @returns no events where there is nothing new
 */
export function eventsOf(
  { topics, position }: Reader,
  { reset, notifications, feed, wallet }: Found,
  now: { at: number; snapshot: string },
): { events: string[]; position: Position } {
  const mark = wallet && topics.has('wallet') ? fingerprint(presentWallet(wallet)) : null
  const end: Position = {
    at: now.at,
    notifications: { since: now.snapshot },
    feed: now.snapshot,
    wallet: mark,
  }
  if (!position) return { events: [event(end, 'ready', {})], position: end }
  if (reset) return { events: [event(end, 'reset', {})], position: end }

  const events: string[] = []
  let at: Position = { ...position, at: now.at }
  const begun = position.notifications
  const between = { since: begun.until ?? begun.since, until: now.snapshot }
  for (const one of notifications) {
    at = { ...at, notifications: { ...(one.isRest ? begun : between), after: one.id } }
    events.push(event(at, 'notifications', presentNotification(one)))
  }
  at = { ...at, notifications: end.notifications }
  if (feed && feed.count > 0) {
    at = { ...at, feed: end.feed }
    const news: z.infer<typeof FeedNews> = { count: feed.count, ids: feed.ids }
    events.push(event(at, 'feed', news))
  }
  if (wallet && mark !== position.wallet) {
    at = { ...at, feed: end.feed, wallet: mark }
    events.push(event(at, 'wallet', presentWallet(wallet)))
  }
  return { events, position: end }
}
