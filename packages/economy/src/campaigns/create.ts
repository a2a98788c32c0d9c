import { ledgerOf, newId, RunAgain, type Tx } from '@rivulet/db'
import type { Amount } from '@rivulet/ledger'
import { campaignAccount, memberAccount, openViewsAccount, STREAMS } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { type CampaignTerms, faultOf } from './rules.ts'
import { type Campaign, campaignsOf } from './store.ts'

export type CampaignInput = CampaignTerms & {
  sponsorId: string
  title: string
  body: string
  url: string
  /** Beside posts with one of them only; empty: beside any. */
  tags: string[]
  /** Stricter than the rules: days since the viewer's first sign-in, and nano of their own final deposits. */
  minViewerAgeDays?: number | undefined
  minViewerDeposit?: Amount | undefined
}

export type CreateCampaignResult =
  | { ok: true; campaign: Campaign }
  | { ok: false; code: 'insufficient_funds' | 'suspended' }
  | { ok: false; code: 'validation_failed'; field: NonNullable<ReturnType<typeof faultOf>> }

/**
 * Funds a campaign from the sponsor's `available`. Repeating it funds another: who must not fund twice guards it with
 * an idempotency key in the same transaction.
 *
 * @throws RunAgain when the funds were spent elsewhere meanwhile
 */
export async function createCampaign(
  tx: Tx,
  rules: Rules,
  input: CampaignInput,
): Promise<CreateCampaignResult> {
  const field = faultOf(input, rules.views)
  if (field) return { ok: false, code: 'validation_failed', field }
  const { sponsorId, budget } = input
  const { rows } = await tx.query(
    'select from members where id = $1 and (suspended_at is not null or deleted_at is not null)',
    [sponsorId],
  )
  if (rows.length > 0) return { ok: false, code: 'suspended' }
  const ledger = ledgerOf(tx)
  const available = memberAccount(sponsorId, 'available')
  // Looked at before accounts are opened: what is refused leaves nothing behind.
  const funds = (await ledger.balances([available])).get(available) ?? 0n
  if (funds < budget) return { ok: false, code: 'insufficient_funds' }

  const id = newId()
  await ledger.open([campaignAccount(id), openViewsAccount(id)])
  await insertCampaign(tx, id, input, rules)
  const [answer] = await ledger.post([
    {
      ...{ id, leg: 0, debit: available, credit: campaignAccount(id), amount: budget },
      code: STREAMS.campaign,
    },
  ])
  if (answer === 'insufficient') throw new RunAgain('the funds were spent elsewhere')
  if (answer !== 'ok') throw new Error(`funding a campaign was answered ${answer}`)
  const [campaign] = await campaignsOf(tx, sponsorId, { id })
  return { ok: true, campaign: campaign! }
}

/** The campaign takes its place in the rotation: it has waited since now. */
async function insertCampaign(tx: Tx, id: string, input: CampaignInput, rules: Rules): Promise<void> {
  await tx.query(
    `insert into campaigns (id, sponsor_id, title, body, url, budget, price_per_view, tags, daily_cap_per_member,
       min_viewer_age_days, min_viewer_deposit, last_served_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now())`,
    [
      id,
      input.sponsorId,
      input.title,
      input.body,
      input.url,
      input.budget,
      input.pricePerView,
      input.tags,
      input.dailyCapPerMember ?? rules.views.perCampaignDay,
      input.minViewerAgeDays ?? null,
      input.minViewerDeposit ?? null,
    ],
  )
}
