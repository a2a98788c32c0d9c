import type { Item } from '@rivulet/sdk'

export type Entry = Item<'/v1/wallet/entries'>

/** What money moved for. */
export const FOR: Record<Entry['stream'], string> = {
  attention: 'A sponsored post',
  like: 'A like',
  read: 'A read',
  comment: 'A comment',
  share: 'A share',
  tip: 'A tip',
  subscription: 'A subscription',
  unlock: 'An unlocked article',
  grant: 'A grant',
  deposit: 'A deposit',
  withdrawal: 'A withdrawal',
  pledge: 'A pledge',
  clearing: 'Clearing',
  fee: 'A fee',
  campaign: 'A campaign',
  refund: 'A refund',
  surplus: 'Surplus',
}
