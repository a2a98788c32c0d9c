import type { components } from '@rivulet/sdk'

export type Campaign = components['schemas']['Campaign']
export type CampaignReport = components['schemas']['CampaignReport']
export type ReportDay = CampaignReport['days'][number]

export const pathOfCampaign = ({ id }: Pick<Campaign, 'id'>): string => `/campaigns/${id}`

/** How a campaign stands, in words. */
export const STANDS: Record<Campaign['status'], string> = {
  active: 'running',
  closing: 'closing: the last cards that are out are waited for',
  closed: 'closed',
}
