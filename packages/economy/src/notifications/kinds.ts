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
  like: 'post',
  repost: 'post',
} as const

export type NotificationKind = keyof typeof NOTIFIED_OF

export const NOTIFICATION_KINDS = Object.keys(NOTIFIED_OF) as [NotificationKind, ...NotificationKind[]]

/** The kinds of which one notification tells of all who did it: what comes to a post until it is read. */
export type GroupedKind = 'like' | 'repost'

/**
 * The kinds that a member may do without. What happens to their own money on its way out, and what a moderator does, is
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
  'like',
  'repost',
  'webhook',
] as const

export type OptionalKind = (typeof OPTIONAL_KINDS)[number]
