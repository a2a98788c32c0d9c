import type { Signal } from '@preact/signals'
import type { Item } from '@rivulet/sdk'
import { useEffect } from 'preact/hooks'
import { type List, useList } from '../lists/use-list.ts'
import { wallet } from '../live/live.ts'

export type Deposit = Item<'/v1/wallet/deposits'>

const LOOK_MS = 1_500

/**
 * The member's deposits, read again when what they have is other; and now and then while one is on its way, for no event
 * tells of a deposit whose block is not final.
 *
 * @param sent the hash of one that was just sent
 */
export function useDeposits(sent: Signal<string | null>): List<Deposit> {
  const deposits = useList('/v1/wallet/deposits', {})
  const { items, isLoading } = deposits
  const isOnItsWay =
    items.some(({ status }) => status === 'pending') ||
    (sent.value !== null && !items.some(({ txHash }) => txHash === sent.value))

  useEffect(() => {
    if (!isLoading) deposits.refresh()
  }, [wallet.value?.available])

  useEffect(() => {
    if (!isOnItsWay) return
    const timer = setInterval(() => {
      if (!document.hidden) deposits.refresh()
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [isOnItsWay])
  return deposits
}
