import { effect, signal } from '@preact/signals'
import { type components, ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { fromNano, toNano } from '../money/amount.ts'
import { me } from '../session/session.ts'

export type Wallet = components['schemas']['Wallet']
export type Notification = components['schemas']['Notification']

/** What the member has, as of the last event; null until it is known. */
export const wallet = signal<Wallet | null>(null)
/** Notifications that were not read. */
export const unread = signal(0)
/** Posts of the home feed that came since it was read. */
export const newInHome = signal<string[]>([])
/** The latest notification that arrived while this page was open. */
export const arrived = signal<Notification | null>(null)
/** What was just earned, and how often that has happened: so that the same amount twice is seen twice. */
export const earned = signal<{ amount: string; times: number } | null>(null)

effect(() => {
  const member = me.value
  wallet.value = null
  unread.value = 0
  newInHome.value = []
  if (!member) return
  const leaving = new AbortController()
  listen(leaving.signal).catch(() => undefined)
  return () => leaving.abort()
})

/** Listens until the member leaves. A refused session ends it; see `session`. */
async function listen(signal: AbortSignal): Promise<void> {
  for await (const { event, data } of api.stream(['notifications', 'wallet', 'feed'], { signal })) {
    if (event === 'ready' || event === 'reset') await readAll(signal)
    if (event === 'wallet') holdWallet(data as Wallet)
    if (event === 'feed')
      newInHome.value = [...(data as { ids: string[] }).ids, ...newInHome.value].slice(0, 100)
    if (event === 'notifications') {
      arrived.value = data as Notification
      await readUnread(signal)
    }
  }
}

async function readAll(signal: AbortSignal): Promise<void> {
  const [balances] = await Promise.all([api.GET('/v1/wallet', { signal }), readUnread(signal)])
  holdWallet(ok(balances))
}

/** Asks how many notifications are unread: also after some were. */
export async function readUnread(signal?: AbortSignal): Promise<void> {
  const { count } = ok(await api.GET('/v1/notifications/unread-count', signal ? { signal } : {}))
  unread.value = count
}

/** Balances as an event or an answer tells them. */
export function holdWallet(next: Wallet): void {
  const before = wallet.peek()
  const gain = before ? toNano(next.earnedTotal) - toNano(before.earnedTotal) : 0n
  if (gain > 0n) earned.value = { amount: fromNano(gain), times: (earned.peek()?.times ?? 0) + 1 }
  wallet.value = next
}
