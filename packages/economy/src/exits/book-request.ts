import { notify, type Tx } from '@rivulet/db'
import { BookingFault } from '../chain-events/store.ts'
import type { Rules } from '../rules.ts'
import { setAsideExits } from './set-aside.ts'
import { endRequest, insertRequest } from './store.ts'

/**
 * Books an `ExitRequested` log: the request is open, and what its member could spend is set aside at once. Repeatable.
 * `deadline` in seconds by the chain's clock.
 * @throws BookingFault when that place is not the account's in the books
 */
export async function bookExitRequest(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  request: { account: string; index: bigint; deadline: bigint; block: bigint },
): Promise<void> {
  const place = await tx.query<{ address: string }>('select address from vault_accounts where index = $1', [
    request.index,
  ])
  if (place.rows[0]?.address !== request.account)
    throw new BookingFault(`${request.account} asks to exit with place ${request.index}, which is not theirs`)
  await insertRequest(tx, request)
  await setAsideExits(tx, rules)
  await notify(tx, 'settlement')
}

/** Books an `ExitResolved` log: the request of the account is over. */
export async function bookExitResolved(
  tx: Tx,
  { account, block }: { account: string; block: bigint },
): Promise<void> {
  await endRequest(tx, account, block)
}
