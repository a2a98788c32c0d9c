import type { Pool } from '@rivulet/db'
import {
  memberRefs,
  memberStatement,
  parseMemberAccount,
  STREAMS,
  type Stream,
  streamOf,
} from '@rivulet/economy'
import { decodeCursor, encodeCursor, formatAmount, type StatementEntry } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Time } from '../http/schemas.ts'
import { ListQuery, linkNext, listOf } from '../lists/list.ts'

const Entry = z
  .object({
    id: z.string(),
    at: Time,
    account: z.enum(['available', 'pending', 'budget', 'pledge', 'withdrawing', 'owed']),
    stream: z
      .enum(Object.keys(STREAMS) as [Stream, ...Stream[]])
      .meta({ description: 'What it is for. A reversal keeps its stream, with the opposite sign.' }),
    amount: AmountOut.meta({ description: 'Negative when it left the account.' }),
    balanceAfter: AmountOut.meta({ description: 'What the account held right after.' }),
    ref: z.object({ type: z.string(), id: z.string() }).meta({ description: 'The event that caused it.' }),
  })
  .meta({ id: 'Entry' })

/** The statement: one entry per own account touched, newest first. */
export async function entriesRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  app.get(
    '/wallet/entries',
    operation({
      id: 'listEntries',
      summary: 'Your statement',
      tag: 'wallet',
      session: 'required',
      query: ListQuery,
      answers: { 200: listOf(Entry) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const { limit, cursor } = request.query
      const list = ['entries', memberId] as const
      const refs = memberRefs(memberId)
      const key = cursor === undefined ? undefined : cursors.decode(list, cursor)
      const from = key === undefined ? undefined : decodeCursor(key, refs)
      if (cursor !== undefined && from === undefined) throw problem('invalid_cursor')

      const { entries, next } = await memberStatement(db.pool, memberId, { limit, cursor: from })
      const refOf = await refsOf(db.pool, memberId, entries)
      const nextCursor = next ? cursors.encode(list, encodeCursor(next, refs)) : null
      if (nextCursor !== null) linkNext(request, reply, config.publicUrl, nextCursor)
      reply.header('cache-control', 'private, no-store')
      return { data: entries.map((entry) => present(entry, refOf)), nextCursor }
    },
  )
}

type Ref = { type: string; id: string }

/** An entry as its member sees it. */
export function present(entry: StatementEntry, refOf: Map<string, Ref>): z.infer<typeof Entry> {
  const account = parseMemberAccount(entry.accountRef)?.account
  if (!account) throw new Error(`an entry of ${entry.accountRef} in a member's statement`)
  const stream = streamOf(entry.code)
  return {
    id: `${entry.transferId}.${entry.leg}.${entry.side}`,
    at: entry.postedAt.toISOString(),
    account,
    stream,
    amount: formatAmount(entry.amount),
    balanceAfter: formatAmount(entry.balanceAfter),
    ref: refOf.get(entry.transferId) ?? { type: stream, id: entry.transferId },
  }
}

/**
 * What the transfers of a page were caused by: each id leads to a receipt. A reversal names the receipt it takes back, or
 * itself when it takes back several; of a close, receivers are told the transfer to themselves only.
 */
export async function refsOf(
  pool: Pick<Pool, 'query'>,
  memberId: string,
  entries: StatementEntry[],
): Promise<Map<string, Ref>> {
  const { rows } = await pool.query<Ref & { transfer: string }>(
    `with ids as (select unnest($1::uuid[]) as id), reversed as (
       select reversal_id as id, case when closing and payer_id <> $2 then posting_id else id end as event
       from receipts where reversal_id in (select id from ids) and $2::uuid in (payer_id, receiver_id)
     )
     select id as transfer, 'receipt' as type, id from receipts where id in (select id from ids)
     union select posting_id, 'receipt', posting_id from receipts where posting_id in (select id from ids)
     union select id, 'receipt', case when count(distinct event) = 1 then min(event::text)::uuid else id end
     from reversed group by id
     union all select id, 'clearing', id from clearings where id in (select id from ids)
     union all select id, 'tip', id from tips where id in (select id from ids)
     union all select id, 'unlock', id from unlocks where id in (select id from ids)
     union all select id, 'subscription', id from subscription_charges where id in (select id from ids)
     union all select id, 'grant', id from grants where id in (select id from ids)
     union all select id, 'withdrawal', id from withdrawals where id in (select id from ids)
     union all select id, kind, id from chain_events where id in (select id from ids)`,
    [[...new Set(entries.map((entry) => entry.transferId))], memberId],
  )
  return new Map(rows.map(({ transfer, type, id }) => [transfer, { type, id }]))
}
