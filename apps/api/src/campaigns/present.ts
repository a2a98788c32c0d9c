import type { Campaign, CampaignReport } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import type { CampaignSchema, ReportSchema } from './schemas.ts'

export function campaignView(campaign: Campaign): z.infer<typeof CampaignSchema> {
  const { sponsorId: _, minViewerDeposit, createdAt, closedAt, ...rest } = campaign
  return {
    ...rest,
    budget: formatAmount(campaign.budget),
    pricePerView: formatAmount(campaign.pricePerView),
    minViewerDeposit: minViewerDeposit === null ? null : formatAmount(minViewerDeposit),
    remaining: formatAmount(campaign.remaining),
    open: formatAmount(campaign.open),
    createdAt: createdAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  }
}

export function reportView(
  { id, remaining, open }: Campaign,
  { days, totals }: CampaignReport,
): z.infer<typeof ReportSchema> {
  const amounts = ({ spent, voided }: { spent: bigint; voided: bigint }) => ({
    spent: formatAmount(spent),
    voided: formatAmount(voided),
  })
  return {
    campaignId: id,
    remaining: formatAmount(remaining),
    open: formatAmount(open),
    totals: { ...totals, ...amounts(totals) },
    days: days.map((day) => ({ ...day, ...amounts(day) })),
  }
}
