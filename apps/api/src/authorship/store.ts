import type { Entry } from '@rivulet/authorship'
import type { Pool, Tx } from '@rivulet/db'
import { hexOf } from './chain.ts'

/** An entry of a log, with what this node knows of its post. */
export type LogEntry = Entry & { id: string; origin: { node: string; id: string | null } | null }

type Row = {
  id: string
  author: string
  seq: number
  prev: Buffer
  hash: Buffer
  content_hash: Buffer
  signature: Buffer
  signed_at: Date
  reply_to: string | null
  quote_of: string | null
  origin: string | null
  origin_id: string | null
  key: string | null
  key_name: string
  key_not_after: Date
  key_signature: Buffer
  key_last_seq: number | null
  shown: boolean
  kind: 'note' | 'article'
  title: string | null
  text: string | null
  tags: string[]
}

/** A member's signed posts in order of seq, deleted ones too. @param viewerId who asks: sees what is locked for others */
export async function entriesOf(
  pool: Pick<Pool | Tx, 'query'>,
  authorId: string,
  { viewerId, after, take }: { viewerId: string | null; after: number; take: number },
): Promise<LogEntry[]> {
  const { rows } = await pool.query<Row>({
    name: 'log-of',
    text: `select p.id, a.address as author, g.seq, g.prev, g.hash, g.content_hash, g.signature, g.signed_at, g.reply_to,
             g.quote_of, g.origin, g.origin_id, g.key, k.name as key_name, k.not_after as key_not_after,
             k.signature as key_signature, k.last_seq as key_last_seq, held.shown,
             p.kind, p.title, case when held.shown then p.text end as text, p.tags
           from (select * from post_signatures where author_id = $1 and seq > $3 order by seq limit $4) g
           join posts p on p.id = g.post_id
           join members a on a.id = g.author_id
           left join posting_keys k on k.member_id = g.author_id and k.address = g.key
           cross join lateral (
             select p.deleted_at is null and (p.price is null or p.author_id = $2
               or $2 = any(coalesce(p.split_members, '{}'))
               or exists (select from unlocks u where u.post_id = p.id and u.payer_id = $2)) is true as shown
           ) held
           order by g.seq`,
    values: [authorId, viewerId, after, take],
  })
  return rows.map(entryOf)
}

function entryOf(row: Row): LogEntry {
  const { id, author, seq, kind, title, text, tags } = row
  return {
    ...{ id, author, seq, prev: hexOf(row.prev), createdAt: row.signed_at.toISOString() },
    ...{ replyTo: row.reply_to, quoteOf: row.quote_of, contentHash: hexOf(row.content_hash) },
    ...{ hash: hexOf(row.hash), signature: hexOf(row.signature) },
    key: row.key === null ? null : keyOf(row, row.key),
    content: row.shown ? { kind, title, text: text!, tags } : null,
    origin: row.origin === null ? null : { node: row.origin, id: row.origin_id },
  }
}

const keyOf = (row: Row, address: string): NonNullable<Entry['key']> => ({
  ...{ address, name: row.key_name, notAfter: row.key_not_after.toISOString() },
  ...{ signature: hexOf(row.key_signature), lastSeq: row.key_last_seq },
})
