import { hash } from 'node:crypto'
import { isId } from '@rivulet/db'

/**
 * How far a reader has come, topic by topic: the id of an event is where to go on behind it. Snapshots are `pg_snapshot`s
 * as text, and say exactly which transactions were seen, in whatever order they ended.
 */
export type Position = {
  /** When it was taken, by the database's clock, in milliseconds since 1970. */
  at: number
  /** `until` and `after` while a look is told of: all that `since` saw, and of what `until` saw all up to `after`. */
  notifications: { since: string; until?: string | undefined; after?: string | undefined }
  feed: string
  /** What the wallet was, as a fingerprint; null: not looked at. */
  wallet: string | null
}

/** Longest that is read. A snapshot names each transaction that was open: some 20 bytes for each of 300. */
export const POSITION_MAX = 8_192

const VERSION = 1

/** A position as the id of an event: opaque to clients, and a secret of nobody. */
export function writePosition({
  at,
  notifications: { since, until, after },
  feed,
  wallet,
}: Position): string {
  const fields = [VERSION, at, since, until ?? 0, after ?? 0, feed === since ? 0 : feed, wallet ?? 0]
  return Buffer.from(JSON.stringify(fields)).toString('base64url')
}

/** Reads the id of an event; undefined when it is none. */
export function readPosition(text: string): Position | undefined {
  if (text.length > POSITION_MAX) return undefined
  let fields: unknown
  try {
    fields = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
  if (!Array.isArray(fields) || fields.length !== 7) return undefined
  const [version, at, since, until, after, feed, wallet] = fields
  const between = until === 0 ? after === 0 : isSnapshot(until) && typeof after === 'string' && isId(after)
  if (version !== VERSION || !Number.isSafeInteger(at) || !isSnapshot(since) || !between) return undefined
  if (feed !== 0 && !isSnapshot(feed)) return undefined
  if (wallet !== 0 && typeof wallet !== 'string') return undefined
  return {
    at,
    notifications: until === 0 ? { since } : { since, until, after },
    feed: feed === 0 ? since : feed,
    wallet: wallet === 0 ? null : wallet,
  }
}

/** The first transaction that a snapshot has not seen begin. */
export const endOf = (snapshot: string): bigint => BigInt(snapshot.split(':')[1] as string)

/** The newest transaction a position speaks of: of a database that has not come so far it is none. */
export function reachOf({ notifications: { since, until }, feed }: Position): bigint {
  return [since, until ?? since, feed].map(endOf).reduce((a, b) => (a > b ? a : b))
}

export const fingerprint = (wallet: object): string =>
  hash('sha256', JSON.stringify(wallet), 'base64url').slice(0, 16)

/** As PostgreSQL reads it: `xmin:xmax:` and the open ones between, each once, in order. */
function isSnapshot(text: unknown): text is string {
  if (typeof text !== 'string' || !/^[1-9]\d{0,17}:[1-9]\d{0,17}:(\d{1,18}(,\d{1,18})*)?$/.test(text))
    return false
  const [first, end, open] = text.split(':') as [string, string, string]
  const [xmin, xmax] = [BigInt(first), BigInt(end)]
  const between = open === '' ? [] : open.split(',').map(BigInt)
  return xmin <= xmax && between.every((xid, i) => xid >= xmin && xid < xmax && xid > (between[i - 1] ?? 0n))
}
