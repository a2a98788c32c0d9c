import type { components } from '@rivulet/sdk'

export type Earnings = components['schemas']['Earnings']
export type IncomeStream = Earnings['series'][number]['stream']

/** How each stream of income is called and drawn: of middle lightness, so that it stands out from white and from black. */
export const STREAMS: Record<IncomeStream, { name: string; colour: string }> = {
  attention: { name: 'Attention', colour: '#3f86c9' },
  like: { name: 'Likes', colour: '#dc4c66' },
  read: { name: 'Reads', colour: '#2a9d6f' },
  comment: { name: 'Comments', colour: '#b8860b' },
  share: { name: 'Shares', colour: '#8a63d2' },
  tip: { name: 'Tips', colour: '#dd741c' },
  subscription: { name: 'Subscriptions', colour: '#1597a5' },
  unlock: { name: 'Unlocks', colour: '#c056a4' },
  grant: { name: 'Grants', colour: '#7d868c' },
}
