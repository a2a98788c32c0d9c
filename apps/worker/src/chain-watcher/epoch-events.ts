import type { VaultEvent } from '@rivulet/contracts'
import type { Tx } from '@rivulet/db'
import { cancelWaiting, openClaims } from '@rivulet/economy'
import { raiseHalt } from '../rooms/halts.ts'

type Named<Name> = Extract<VaultEvent, { name: Name }>

/** built → committed. A commit of anything but the epoch in the books halts settlement. */
export async function onCommitted(tx: Tx, event: Named<'EpochCommitted'>): Promise<void> {
  const ours = await tx.query(
    `update epochs set status = 'committed'
     where number = $1 and root = $2 and payout_root = $3 and data_hash = $4 and status in ('built', 'checked')
     returning number`,
    [event.number, event.epoch.root, event.epoch.payoutRoot, event.dataHash],
  )
  if (ours.rows.length === 0)
    await raiseHalt(tx, {
      scope: 'settlement',
      reason: 'foreign commit',
      detail: `epoch ${event.number} was committed with root ${event.epoch.root}, which is not in the books`,
    })
}

/** committed → active, and on to settled when there is nothing to pay. What it authorises can be claimed from here on. */
export async function onActivated(tx: Tx, event: Named<'EpochActivated'>): Promise<void> {
  const activated = await tx.query(
    `update epochs set status = 'active' where number = $1 and status = 'committed' returning number`,
    [event.number],
  )
  if (activated.rows.length > 0) await openClaims(tx, event.number)
  await settleWhenPaid(tx, event.number)
}

/** committed → voided. What it took stays in its clearing account, and settlement stands still, until somebody looks. */
export async function onVoided(tx: Tx, event: Named<'EpochVoided'>): Promise<void> {
  await tx.query(
    `update epochs set status = 'voided' where number = $1 and status in ('built', 'checked', 'committed')`,
    [event.number],
  )
  await raiseHalt(tx, {
    scope: 'settlement',
    reason: 'epoch voided',
    detail: `epoch ${event.number} was voided by ${event.by}`,
  })
}

/** active → settled, once every batch is booked. */
export async function settleWhenPaid(tx: Tx, epoch: number): Promise<void> {
  await tx.query(
    `update epochs set status = 'settled', settled_at = now() where number = $1 and status = 'active'
     and not exists (select from epoch_batches where epoch = $1 and tx_hash is null)`,
    [epoch],
  )
}

/** Exit mode: everybody leaves with their leaf, and settlement stands still for good. */
export async function onExitMode(tx: Tx, event: Named<'ExitModeEntered'>): Promise<void> {
  await raiseHalt(tx, {
    scope: 'settlement',
    reason: 'frozen',
    detail: `the vault is in exit mode, with epoch ${event.number} as the last one`,
  })
  await cancelWaiting(tx)
}

/** Somebody left with more than the books have of them: they had moved on since the last epoch. */
export async function noteBeyond(tx: Tx, { account }: Named<'Exited'>, nano: bigint): Promise<void> {
  await raiseHalt(tx, {
    scope: 'settlement',
    reason: 'exits beyond the books',
    detail: `${account} left with ${nano} nano more than is in the own accounts; others may have too`,
  })
}
