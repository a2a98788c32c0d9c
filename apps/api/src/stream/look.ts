import { type Pool, withTransaction } from '@rivulet/db'
import { notificationsSince, type UnseenNotification, type Wallet, wallets } from '@rivulet/economy'
import { type Credential, goodOf } from './credentials.ts'
import { feedSince, type NewItems } from './feed.ts'
import { endOf, type Position, reachOf } from './position.ts'

export const TOPICS = ['notifications', 'wallet', 'feed'] as const

export type Topic = (typeof TOPICS)[number]

/** Most that is sent again to somebody who comes back, and for how long. */
export const REPLAY_MAX = 1_000
export const REPLAY_MS = 24 * 3_600_000

/** Who wants to know what is new; without a position from now on. */
export type Reader = {
  memberId: string
  credential: Credential
  topics: ReadonlySet<Topic>
  position: Position | undefined
}

/** What one look has found for a reader. `reset`: too much, or of too long ago, to be told one by one. */
export type Found = {
  reset: boolean
  notifications: UnseenNotification[]
  feed: NewItems | undefined
  wallet: Wallet | undefined
}

export type Look<R extends Reader> = { at: number; snapshot: string; good: Set<string>; found: Map<R, Found> }

/**
 * Looks once for all readers: of one moment, in as many statements whatever their number. What is seen and what is not
 * is decided by one snapshot, so between this look and the next, which begins from it, nothing falls through.
 */
export function look<R extends Reader>(pool: Pool, readers: readonly R[]): Promise<Look<R>> {
  return withTransaction(
    pool,
    async (tx): Promise<Look<R>> => {
      const now = await tx.query<{ at: number; snapshot: string }>({
        name: 'stream-now',
        text: `select (extract(epoch from now()) * 1000)::float8 as at, pg_current_snapshot()::text as snapshot`,
      })
      const { snapshot } = now.rows[0]!
      const at = Math.floor(now.rows[0]!.at)
      const good = await goodOf(
        tx,
        readers.map(({ credential }) => credential),
      )

      const isOld = ({ position }: R) =>
        position !== undefined && (position.at < at - REPLAY_MS || reachOf(position) > endOf(snapshot))
      const behind = readers.flatMap((reader) =>
        reader.position && !isOld(reader) ? [{ reader, position: reader.position }] : [],
      )
      const told = behind.filter(({ reader }) => reader.topics.has('notifications'))
      const fed = behind.filter(({ reader }) => reader.topics.has('feed'))
      const notifications = await notificationsSince(
        tx,
        told.map(({ reader: { memberId }, position }) => ({ memberId, ...position.notifications })),
        REPLAY_MAX,
      )
      const items = await feedSince(
        tx,
        fed.map(({ reader: { memberId }, position }) => ({ memberId, since: position.feed })),
      )
      const paid = readers.filter(({ topics }) => topics.has('wallet')).map(({ memberId }) => memberId)
      const has = paid.length > 0 ? await wallets(tx, paid) : new Map<string, Wallet>()

      const notificationsOf = new Map(
        told.map(({ reader }, i) => [reader, notifications[i] as UnseenNotification[]]),
      )
      const feedOf = new Map(fed.map(({ reader }, i) => [reader, items[i] as NewItems]))
      const found = readers.map((reader): [R, Found] => {
        const own = notificationsOf.get(reader) ?? []
        const feed = feedOf.get(reader)
        const reset = isOld(reader) || own.length > REPLAY_MAX || feed?.more === true
        return [reader, { reset, notifications: own, feed, wallet: has.get(reader.memberId) }]
      })
      return { at, snapshot, good, found: new Map(found) }
    },
    { isolation: 'repeatable read' },
  )
}
