import { createPool, ledgerOf, newId, type Pool, withTransaction } from '@rivulet/db'
import { type Amount, amountOf, parseAmount } from '@rivulet/ledger'
import { testDatabase } from '@rivulet/stack'
import { clearPending } from '../src/clearing/clear-pending.ts'
import { type ActInput, type ActResult, act } from '../src/interactions/act.ts'
import type { InteractionKind } from '../src/interactions/rules.ts'
import { ensureMember } from '../src/members/ensure-member.ts'
import { pledge } from '../src/pledge/pledge.ts'
import { type Rules, rulesFrom } from '../src/rules.ts'
import { type Wallet, wallet } from '../src/wallet/wallet.ts'

/** Reads an amount a test wrote: `money('0.0005')`. */
export function money(text: string): Amount {
  const parsed = parseAmount(text)
  if (!parsed.ok) throw new Error(`not an amount: ${text}`)
  return parsed.amount
}

/** A database with people in it. Money comes from the vault's account, as a deposit's does. */
export async function openTown(environment: Record<string, string> = {}) {
  const database = await testDatabase()
  const pool: Pool = createPool(database.url)
  const rules: Rules = rulesFrom(environment)
  let people = 0

  return {
    pool,
    rules,
    adminUrl: database.adminUrl,
    async member({ has = '0', pledges = '0' } = {}): Promise<string> {
      const address = `0x${(++people).toString(16).padStart(40, '0')}`
      return withTransaction(pool, async (tx) => {
        const id = (await ensureMember(tx, [address])).get(address) as string
        if (has !== '0')
          await ledgerOf(tx).post([
            {
              id: newId(),
              leg: 0,
              debit: 'chain:reserve',
              credit: `member:${id}:available`,
              amount: money(has),
              code: 20,
            },
          ])
        if (pledges !== '0') await pledge(tx, [{ memberId: id, amount: money(pledges) }])
        return id
      })
    },
    /** A note; with `splits` its credits are shared among them (basis points, sum 10,000), with `quoteOf` it quotes. */
    async post(
      authorId: string,
      { splits, quoteOf }: { splits?: { memberId: string; bps: number }[]; quoteOf?: string } = {},
    ): Promise<string> {
      const id = newId()
      await pool.query(
        `insert into posts (id, author_id, kind, text, quote_of, split_members, split_bps)
         values ($1, $2, 'note', 'hello', $3, $4, $5)`,
        [id, authorId, quoteOf, splits?.map((split) => split.memberId), splits?.map((split) => split.bps)],
      )
      return id
    },
    /** Reposts a post, and answers the id that `via` names. */
    async repost(memberId: string, postId: string): Promise<string> {
      const result = await this.like(memberId, postId, true, 'repost')
      if (!result.ok || !result.id) throw new Error(`no repost: ${JSON.stringify(result)}`)
      return result.id
    },
    /** Hands a page of a feed with these shares (and posts) to a member, some seconds ago. */
    async serve(memberId: string, viaIds: string[], { postIds = [] as string[], secondsAgo = 0 } = {}) {
      await pool.query(
        `with page as (
           insert into feed_servings (id, member_id, at, post_ids, via_ids)
           values ($1, $2, now() - make_interval(secs => $3), $4, $5) returning *
         )
         insert into served_shares (member_id, share_id, at) select member_id, unnest(via_ids), at from page
         on conflict (member_id, share_id) do update set at = greatest(served_shares.at, excluded.at)`,
        [newId(), memberId, secondsAgo, postIds, viaIds],
      )
    },
    async block(blockerId: string, blockedId: string): Promise<void> {
      await pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [blockerId, blockedId])
    },
    async unblock(blockerId: string, blockedId: string): Promise<void> {
      await pool.query('delete from blocks where blocker_id = $1 and blocked_id = $2', [blockerId, blockedId])
    },
    async suspend(memberId: string): Promise<void> {
      await pool.query('update members set suspended_at = now() where id = $1', [memberId])
    },
    /** Makes members of long ago of these: their credits clear after the normal hold. */
    async grown(...memberIds: string[]): Promise<void> {
      await pool.query(
        `update members set created_at = now() - interval '1 year' where id = any($1::uuid[])`,
        [memberIds],
      )
    },
    /** Lets the hold of everything pending pass, or of what is pending for these members only. */
    async holdsPass(...memberIds: string[]): Promise<void> {
      await pool.query(
        `update receipts set clears_at = now() - interval '1 second'
         where cardinality($1::uuid[]) = 0 or receiver_id = any($1::uuid[])`,
        [memberIds],
      )
    },
    /** Clears what is due, and answers how many clearings that were. */
    async clear(limit?: number): Promise<number> {
      return (await withTransaction(pool, (tx) => clearPending(tx, rules, { limit }))).cleared
    },
    act(...inputs: ActInput[]): Promise<ActResult[]> {
      return withTransaction(pool, (tx) => act(tx, rules, inputs))
    },
    async like(
      actorId: string,
      postId: string,
      on = true,
      kind: InteractionKind = 'like',
      via?: string,
    ): Promise<ActResult> {
      return (await this.act({ actorId, postId, kind, on, via }))[0] as ActResult
    },
    wallet: (id: string): Promise<Wallet> => wallet(pool, id),
    /** Grants money to a budget, as views will. */
    async budget(memberId: string, amount: string): Promise<void> {
      await this.refill(memberId, 'budget', money(amount))
    },
    /** Puts nano into an account that pays for likes. */
    async refill(memberId: string, account: 'budget' | 'pledge', nano: bigint): Promise<void> {
      await withTransaction(pool, (tx) =>
        ledgerOf(tx).post([
          {
            id: newId(),
            leg: 0,
            debit: 'chain:reserve',
            credit: `member:${memberId}:${account}`,
            amount: amountOf(nano),
            code: 1,
          },
        ]),
      )
    },
    /** The ledger laws, by SQL of the test's own. */
    async lawsHold(): Promise<boolean> {
      const { rows } = await pool.query(
        `select (select coalesce(sum(balance), 0) from ledger.account) as total,
                (select count(*) from ledger.account a where balance <>
                   (select coalesce(sum(amount), 0) from ledger.transfer t where t.credit = a.id)
                   - (select coalesce(sum(amount), 0) from ledger.transfer t where t.debit = a.id)) as drifted,
                (select count(*) from ledger.account where balance < floor) as below`,
      )
      return Number(rows[0].total) === 0 && Number(rows[0].drifted) === 0 && Number(rows[0].below) === 0
    },
    /** The law of the rollup: of each member and stream it is what receipts and payments say, and hours sum to days. */
    async earningsAddUp(): Promise<boolean> {
      const { rows } = await pool.query(
        `select coalesce(kept.total, 0) as kept, coalesce(said.total, 0) as said, coalesce(kept.hours, 0) as hours
         from (select member_id, stream, sum(total) as total, sum((select sum(h) from unnest(hours) h)) as hours
               from earnings group by member_id, stream) kept
         full join (
           select member_id, stream, sum(amount) as total from (
             select receiver_id as member_id, stream, gross as amount from receipts where reversal_id is null
             union all select member_id, 9, amount from grants
             union all select p.receiver_id, 6, p.amount from payment_parts p join tips t on t.id = p.payment_id
             union all select p.receiver_id, 7, p.amount
               from payment_parts p join subscription_charges c on c.id = p.payment_id
             union all select p.receiver_id, 8, p.amount from payment_parts p join unlocks u on u.id = p.payment_id
           ) as one group by member_id, stream
         ) said using (member_id, stream)`,
      )
      return rows.every((row) => row.kept === row.said && row.kept === row.hours)
    },
    /** The law of `credited`: of each interaction it is what the standing receipts of its instant credit say. */
    async creditsAddUp(): Promise<boolean> {
      const { rows } = await pool.query(
        `select 1 from interactions i
         left join (
           select interaction_id, sum(gross) as gross from receipts where reversal_id is null and not closing
           group by interaction_id
         ) r on r.interaction_id = i.id
         where i.credited <> coalesce(r.gross, 0)`,
      )
      return rows.length === 0
    },
    async close() {
      await pool.end()
      await database.close()
    },
  }
}

export type Town = Awaited<ReturnType<typeof openTown>>
