/** Every kind of notification there is, with the type of what it is about. */
export const NOTIFIED_OF = {
  withdrawal: 'withdrawal',
  moderation: 'moderation',
  webhook: 'webhook',
  follow: 'member',
  comment: 'post',
  quote: 'post',
  mention: 'post',
  tip: 'tip',
  unlock: 'post',
  subscription: 'subscription',
} as const

export type NotificationKind = keyof typeof NOTIFIED_OF

export const NOTIFICATION_KINDS = Object.keys(NOTIFIED_OF) as [NotificationKind, ...NotificationKind[]]

/**
 * The kinds that a member may do without. What happens to their own money on its way out, what a moderator does, and
 * that a webhook was disabled, is
 * always told.
 */
export const OPTIONAL_KINDS = [
  'follow',
  'comment',
  'quote',
  'mention',
  'tip',
  'unlock',
  'subscription',
] as const

export type OptionalKind = (typeof OPTIONAL_KINDS)[number]
