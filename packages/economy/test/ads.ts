import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { type CampaignInput, createCampaign } from '../src/campaigns/create.ts'
import { memberAccount, REVENUE, STREAMS } from '../src/chart.ts'
import { type NextViewResult, nextView } from '../src/views/next.ts'
import { type PayViewInput, type PayViewResult, payViews } from '../src/views/pay.ts'
import { money, type Town } from './town.ts'

/** A post of somebody's, and a reader of it who may be a paid viewer. */
export type Scene = { author: string; post: string; viewer: string }

/** What sponsors and viewers do in a town; time passes when a test says so. */
export function adsIn(town: Town) {
  const { pool, rules } = town
  const query = (sql: string, values: unknown[] = []) => pool.query(sql, values)

  const ads = {
    /** A member who has signed in so many days ago and whose own deposit is still there. */
    async viewer({ has = '5', days = 3 } = {}): Promise<string> {
      const id = await town.member({ has })
      await query(
        `update members set first_sign_in_at = date_trunc('milliseconds', now()) - make_interval(days => $2) where id = $1`,
        [id, days],
      )
      await query('update vault_accounts set deposited = $2 where member_id = $1', [
        id,
        money(has) / rules.unit,
      ])
      return id
    },
    /** A feed with these posts is handed to the member, so many minutes ago. */
    async serve(memberId: string, postIds: string[], minutesAgo = 0): Promise<void> {
      await query(
        `insert into feed_servings (id, member_id, at, post_ids, via_ids)
         values ($1, $2, now() - make_interval(mins => $3), $4, '{}')`,
        [newId(), memberId, minutesAgo, postIds],
      )
    },
    async scene(viewer?: string): Promise<Scene> {
      const author = await town.member()
      const post = await town.post(author)
      const reader = viewer ?? (await ads.viewer())
      await ads.serve(reader, [post])
      return { author, post, viewer: reader }
    },
    /** A campaign of `sponsor`, of ten views of 0.01 unless told otherwise. */
    async campaign(sponsor: string, terms: Partial<CampaignInput> = {}): Promise<string> {
      const made = await withTransaction(pool, (tx) =>
        createCampaign(tx, rules, {
          ...{ sponsorId: sponsor, title: 'Bread', body: 'Fresh every day.', url: 'https://bread.example' },
          ...{ budget: money('0.1'), pricePerView: money('0.01'), tags: [] },
          ...terms,
        }),
      )
      if (!made.ok) throw new Error(`no campaign: ${made.code}`)
      return made.campaign.id
    },
    /** Somebody with 100 and the only campaign there is: all others are closed, without further ado. */
    async only(terms: Partial<CampaignInput> = {}): Promise<{ sam: string; campaign: string }> {
      await query(`update campaigns set status = 'closed' where status <> 'closed'`)
      const sam = await town.member({ has: '100' })
      return { sam, campaign: await ads.campaign(sam, terms) }
    },
    next: (memberId: string, postId: string, over = pool): Promise<NextViewResult> =>
      withTransaction(over, (tx) => nextView(tx, rules, { memberId, postId })),
    /** The id of the view that is issued; fails when none is. */
    async issued(memberId: string, postId: string): Promise<string> {
      const next = await ads.next(memberId, postId)
      if (!next.ok) throw new Error(`nothing to see: ${next.reason}`)
      return next.view.id
    },
    pay: (inputs: PayViewInput[], over = pool): Promise<PayViewResult[]> =>
      withTransaction(over, (tx) => payViews(tx, rules, inputs)),
    async back(viewId: string, memberId: string, visibleMs = 1_000): Promise<PayViewResult> {
      return (await ads.pay([{ viewId, memberId, visibleMs }]))[0]!
    },
    /** The token was issued so many milliseconds earlier than it was. */
    async ago(viewId: string, ms: number): Promise<void> {
      await query(
        `update views set issued_at = issued_at - make_interval(secs => $2 / 1000.0),
           expires_at = expires_at - make_interval(secs => $2 / 1000.0) where id = $1`,
        [viewId, ms],
      )
    },
    /** Sees one ad from issue to payment. @returns the view */
    async sees(memberId: string, postId: string): Promise<string> {
      const id = await ads.issued(memberId, postId)
      await ads.ago(id, 1_500)
      const paid = await ads.back(id, memberId)
      if (!paid.ok) throw new Error(`not paid: ${paid.code}`)
      return id
    },
    /** So many nano leave a member's `available`. */
    async spends(memberId: string, nano: bigint): Promise<void> {
      await withTransaction(pool, (tx) =>
        ledgerOf(tx).post([
          {
            ...{ id: newId(), leg: 0, debit: memberAccount(memberId, 'available'), credit: REVENUE },
            ...{ amount: amountOf(nano), code: STREAMS.fee },
          },
        ]),
      )
    },
    /** One part of a credit has cleared, as the clearing would do it, without a fee. */
    async clears(receiptId: string, leg: number): Promise<void> {
      await withTransaction(pool, async (tx) => {
        const { rows } = await tx.query(
          'select receiver_id, period, hold, gross from receipts where id = $1 and leg = $2',
          [receiptId, leg],
        )
        const { receiver_id: member, period, hold, gross } = rows[0]
        const id = newId()
        await ledgerOf(tx).post([
          {
            ...{
              id,
              leg: 0,
              debit: memberAccount(member, 'pending'),
              credit: memberAccount(member, 'available'),
            },
            ...{ amount: amountOf(gross), code: STREAMS.clearing },
          },
        ])
        await tx.query(
          'insert into clearings (id, member_id, period, hold, ordinal, gross, fee) values ($1, $2, $3, $4, 0, $5, 0)',
          [id, member, period, hold, gross],
        )
        await tx.query('update receipts set clearing_id = $3 where id = $1 and leg = $2', [
          receiptId,
          leg,
          id,
        ])
      })
    },
    async balance(ref: string): Promise<bigint> {
      const { rows } = await query('select balance from ledger.account where ref = $1', [ref])
      return rows[0]?.balance ?? 0n
    },
    /** Refusals of a campaign, by reason. */
    async refused(campaignId: string): Promise<Record<string, number>> {
      const { rows } = await query(
        'select reason, sum(count)::int as count from view_refusals where campaign_id = $1 group by 1',
        [campaignId],
      )
      return Object.fromEntries(rows.map((row) => [row.reason, row.count]))
    },
  }
  return ads
}

export type Ads = ReturnType<typeof adsIn>
