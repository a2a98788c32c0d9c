import type { Tx } from '@rivulet/db'
import {
  bookBatch,
  bookClaim,
  bookDeposits,
  bookExit,
  bookExitRequest,
  bookExitResolved,
  bookOwedClaim,
  type Rules,
} from '@rivulet/economy'
import { noteBeyond, onActivated, onCommitted, onExitMode, onVoided, settleWhenPaid } from './epoch-events.ts'
import type { PlacedEvent } from './events.ts'
import { onSurplusWithdrawn } from './surplus-events.ts'

/**
 * Books events of final blocks, in the order of the chain. What was booked before is left as it is.
 * @throws BookingFault of the economy, for what the books cannot follow
 */
export async function bookEvents(
  tx: Tx,
  rules: Rules,
  chainId: bigint,
  events: readonly PlacedEvent[],
): Promise<void> {
  for (const [i, placed] of events.entries()) {
    if (placed.event.name !== 'Deposited') await bookOne(tx, rules, chainId, placed)
    else if (events[i - 1]?.event.name !== 'Deposited') await bookRun(tx, rules, chainId, events.slice(i))
  }
}

/** Neighbouring deposits are booked together: after a long absence there are many. */
async function bookRun(tx: Tx, rules: Rules, chainId: bigint, events: PlacedEvent[]): Promise<void> {
  const end = events.findIndex(({ event }) => event.name !== 'Deposited')
  const run = end === -1 ? events : events.slice(0, end)
  await bookDeposits(
    tx,
    rules,
    run.flatMap(({ event, ...place }) =>
      event.name === 'Deposited' ? [{ ...place, chainId, account: event.account, amount: event.amount }] : [],
    ),
  )
}

async function bookOne(tx: Tx, rules: Rules, chainId: bigint, placed: PlacedEvent): Promise<void> {
  const { event, txHash, logIndex, blockNumber } = placed
  const place = { chainId, txHash, logIndex, blockNumber }
  switch (event.name) {
    case 'BatchExecuted': {
      const refused = 'refused' in placed ? placed.refused : []
      await bookBatch(tx, rules, {
        ...place,
        epoch: event.number,
        index: event.index,
        total: event.total,
        refused,
      })
      return settleWhenPaid(tx, event.number)
    }
    case 'OwedClaimed':
      await bookOwedClaim(tx, rules, { ...place, account: event.account, amount: event.amount })
      return
    case 'SurplusWithdrawn':
      return onSurplusWithdrawn(tx, rules, place, event)
    case 'EpochCommitted':
      return onCommitted(tx, event)
    case 'EpochActivated':
      return onActivated(tx, event)
    case 'EpochVoided':
      return onVoided(tx, event)
    case 'Claimed':
      await bookClaim(tx, rules, { ...place, account: event.account, amount: event.amount })
      return
    case 'ExitRequested': {
      const { account, index } = event
      const request = { account, index, deadline: BigInt(event.deadline), block: blockNumber }
      return bookExitRequest(tx, rules, request)
    }
    case 'ExitResolved':
      return bookExitResolved(tx, { account: event.account, block: blockNumber })
    case 'ExitModeEntered':
      return onExitMode(tx, event)
    case 'Exited': {
      const { beyond } = await bookExit(tx, rules, { ...place, account: event.account, amount: event.amount })
      return beyond > 0n ? noteBeyond(tx, event, beyond) : undefined
    }
    default:
      return
  }
}
