import type { Tx } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'

// biome-ignore lint/suspicious/noExplicitAny: rows of the queries below, each read by the line right under it
type Row = any

/** Lines of one kind: a query for all of a member's ($1), in an order that an index has, and what a row becomes. */
export type Section = { type: string; sql: string; line(row: Row): object }

const money = (nano: bigint | null) => (nano === null ? null : formatAmount(nano))

/** Somebody on the other end, found again on another node by their address. */
const toward = (type: string, table: string, own: string, other: string): Section => ({
  type,
  sql: `select m.id, m.address, m.handle, g.created_at as since from ${table} g join members m on m.id = g.${other}
        where g.${own} = $1 order by g.${other}`,
  line: (row) => row,
})

/** What is exported beside signed posts, entries and receipts, in this order. */
export const SECTIONS: readonly Section[] = [
  {
    type: 'profile',
    sql: `select handle, display_name, bio, created_at from members where id = $1`,
    line: (m) => ({ handle: m.handle, displayName: m.display_name, bio: m.bio, createdAt: m.created_at }),
  },
  {
    type: 'postingKey',
    sql: `select address, name, not_after as "notAfter", '0x' || encode(signature, 'hex') as signature,
            created_at as "createdAt", revoked_at as "revokedAt", last_seq as "lastSeq"
          from posting_keys where member_id = $1 order by id`,
    line: (key) => key,
  },
  {
    type: 'post',
    sql: `select id, kind, title, text, tags, reply_to, quote_of, split_members, split_bps, price, earned, created_at,
            likes_count, comments_count, reposts_count
          from posts where author_id = $1 and deleted_at is null order by id`,
    line: (p) => ({
      ...{
        id: p.id,
        kind: p.kind,
        title: p.title,
        text: p.text,
        tags: p.tags,
        replyTo: p.reply_to,
        quoteOf: p.quote_of,
      },
      splits: (p.split_members ?? []).map((memberId: string, i: number) => ({
        memberId,
        bps: p.split_bps[i],
      })),
      ...{ price: money(p.price), earned: money(p.earned), createdAt: p.created_at },
      counts: { likes: p.likes_count, comments: p.comments_count, reposts: p.reposts_count },
    }),
  },
  {
    type: 'revision',
    sql: `select r.post_id as "postId", r.revision, r.title, r.text, r.created_at as "createdAt"
          from post_revisions r join posts p on p.id = r.post_id
          where p.author_id = $1 and p.deleted_at is null order by r.post_id, r.revision`,
    line: (row) => row,
  },
  toward('follow', 'follows', 'follower_id', 'followee_id'),
  toward('follower', 'follows', 'followee_id', 'follower_id'),
  toward('block', 'blocks', 'blocker_id', 'blocked_id'),
  toward('mute', 'mutes', 'muter_id', 'muted_id'),
  toward('consent', 'split_consents', 'member_id', 'author_id'),
  {
    type: 'bookmark',
    sql: `select post_id as "postId", uuid_extract_timestamp(id) as at from bookmarks where member_id = $1 order by id`,
    line: (row) => row,
  },
  {
    type: 'interaction',
    sql: `select id, post_id, kind, active, credited, unfunded, via_id, created_at from interactions
          where actor_id = $1 order by post_id, kind`,
    line: (i) => ({
      ...{ id: i.id, postId: i.post_id, kind: i.kind, active: i.active, credited: money(i.credited) },
      ...{ unfunded: i.unfunded, via: i.via_id, createdAt: i.created_at },
    }),
  },
  {
    type: 'tip',
    sql: `select id, post_id, receiver_id, amount, fee, message, anonymous, created_at from tips
          where payer_id = $1 order by id`,
    line: (t) => ({
      ...{
        id: t.id,
        postId: t.post_id,
        receiverId: t.receiver_id,
        amount: money(t.amount),
        fee: money(t.fee),
      },
      ...{ message: t.message, anonymous: t.anonymous, createdAt: t.created_at },
    }),
  },
  {
    type: 'unlock',
    sql: `select id, post_id, amount, fee, created_at from unlocks where payer_id = $1 order by id`,
    line: (u) => ({
      ...{ id: u.id, postId: u.post_id, amount: money(u.amount), fee: money(u.fee), createdAt: u.created_at },
    }),
  },
  {
    type: 'subscription',
    sql: `select id, receiver_id, amount, "interval", status, charges, created_at, cancelled_at from subscriptions
          where payer_id = $1 order by id`,
    line: (s) => ({
      ...{
        id: s.id,
        receiverId: s.receiver_id,
        amount: money(s.amount),
        interval: s.interval,
        status: s.status,
      },
      ...{ charges: s.charges, createdAt: s.created_at, cancelledAt: s.cancelled_at },
    }),
  },
  {
    type: 'campaign',
    sql: `select id, title, body, url, budget, price_per_view, tags, status, created_at, closed_at from campaigns
          where sponsor_id = $1 order by id`,
    line: (c) => ({
      ...{ id: c.id, title: c.title, body: c.body, url: c.url, budget: money(c.budget), tags: c.tags },
      ...{
        pricePerView: money(c.price_per_view),
        status: c.status,
        createdAt: c.created_at,
        closedAt: c.closed_at,
      },
    }),
  },
  {
    type: 'withdrawal',
    sql: `select id, amount, "to", lane, status, epoch, created_at from withdrawals where member_id = $1 order by id`,
    line: (w) => ({
      ...{ id: w.id, amount: money(w.amount), to: w.to, lane: w.lane, status: w.status, epoch: w.epoch },
      createdAt: w.created_at,
    }),
  },
]

/** Reads all rows of a query in steps, by a cursor of the transaction's: memory holds one step. */
export async function* inSteps<R>(tx: Tx, sql: string, values: unknown[], step: number): AsyncGenerator<R[]> {
  await tx.query(`declare section no scroll cursor for ${sql}`, values)
  for (;;) {
    const { rows } = await tx.query(`fetch ${step} from section`)
    if (rows.length > 0) yield rows as R[]
    if (rows.length < step) break
  }
  await tx.query('close section')
}
