import type { Author } from '../members/name.tsx'

/**
 * A notification as this page reads it: wider than what the API's document names today, so that a kind it will name
 * tomorrow is told too. Several that say the same of one thing are one, with the newest `actors` and how many there are.
 */
export type Told = {
  id: string
  kind: string
  ref: { type: string; id: string }
  actor: Author | null
  actors?: Author[]
  count?: number
  body: object
  createdAt: string
  readAt: string | null
}

/** What a notification says, and where it leads. `does` goes on from who did it; with nobody named it stands alone. */
export type Words = { who: Author[]; others: number; does: string; quote?: string; leadsTo: string | null }

type Body = Partial<
  Record<'amount' | 'status' | 'event' | 'of' | 'postId' | 'message' | 'reason' | 'interval', string>
>

/** What was told, in words. @param symbol of the asset */
export function wordsOf(told: Told, symbol: string): Words {
  const { kind, ref, actor } = told
  const body = told.body as Body
  const who = told.actors ?? (actor ? [actor] : [])
  const others = Math.max(0, (told.count ?? who.length) - who.length)
  const post = `/posts/${ref.id}`
  const says = (does: string, leadsTo: string | null, quote?: string): Words => ({
    ...{ who, others, does, leadsTo },
    ...(quote ? { quote } : {}),
  })
  const money = `${body.amount} ${symbol}`
  switch (kind) {
    case 'follow':
      return says('followed you', who[0] ? `/members/${who[0].handle ?? who[0].id}` : null)
    case 'like':
      return says('liked your post', post)
    case 'repost':
      return says('reposted your post', post)
    case 'comment':
      return says('commented on your post', post)
    case 'quote':
      return says('quoted your post', post)
    case 'mention':
      return says('mentioned you', post)
    case 'tip': {
      const from = who.length === 0 ? 'Somebody' : ''
      const what = body.postId ? 'for your post' : 'for you'
      return says(
        `${from} tipped ${money} ${what}`.trim(),
        body.postId ? `/posts/${body.postId}` : '/wallet',
        body.message,
      )
    }
    case 'unlock':
      return says(`unlocked your article for ${money}`, ref.type === 'post' ? post : '/wallet')
    case 'subscription':
      return says(
        SUBSCRIBED[body.status ?? '']?.(money, body.interval) ?? 'changed a subscription to you',
        '/wallet',
      )
    case 'withdrawal':
      return says(
        WITHDRAWN[body.status ?? '']?.(money) ?? `Your withdrawal of ${money} is ${body.status}`,
        '/wallet',
      )
    case 'moderation':
      return says(
        MODERATED[body.event ?? ''] ?? 'The moderators decided something about you',
        '/settings#moderation',
        body.reason,
      )
    case 'webhook':
      return says('A webhook of yours was switched off: it could not be reached', '/settings')
    default:
      return says(
        who.length > 0 ? 'did something that concerns you' : 'Something happened that concerns you',
        placeOf(ref),
      )
  }
}

const SUBSCRIBED: Record<string, (money: string, interval?: string) => string> = {
  begun: (money, interval) => `supports you with ${money} each ${interval}`,
  renewed: (money, interval) => `paid ${money} for another ${interval}`,
  failed: (money) => `A subscription of yours could not be paid: ${money} were not there. It is tried again`,
  pastDue: (money) => `A subscription of yours is paused: ${money} were not there`,
}

const WITHDRAWN: Record<string, (money: string) => string> = {
  requested: (money) => `Your withdrawal of ${money} was asked for`,
  held: (money) => `Your withdrawal of ${money} is held for a while, for your safety`,
  settling: (money) => `Your withdrawal of ${money} is being settled`,
  submitted: (money) => `Your withdrawal of ${money} is on its way`,
  confirmed: (money) => `Your withdrawal of ${money} has arrived`,
  cancelled: (money) => `Your withdrawal of ${money} was cancelled`,
  owed: (money) => `Your withdrawal of ${money} waits for you in the vault: claim it`,
  refunded: (money) => `Your withdrawal of ${money} came back to your wallet here`,
}

const MODERATED: Record<string, string> = {
  warn: 'The moderators warned you',
  remove_post: 'The moderators removed a post of yours',
  restore_post: 'The moderators put a post of yours back',
  suspend: 'The moderators suspended you',
  lift_suspension: 'Your suspension was lifted',
  suspension_ended: 'Your suspension has ended',
  appeal_upheld: 'Your appeal was refused',
  appeal_overturned: 'Your appeal was granted',
}

function placeOf({ type, id }: Told['ref']): string | null {
  if (type === 'post') return `/posts/${id}`
  if (type === 'member') return `/members/${id}`
  return null
}
