import { newId } from '@rivulet/db'
import { STREAMS } from '../chart.ts'
import type { CreditRole, Part } from '../shares/rules.ts'
import type { CreditSource, InteractionState } from './rules.ts'
import type { Interaction, PendingReceipt } from './store.ts'

/** What becomes of one interaction, and the money that goes with it, if any. */
export type Change = {
  interaction: Interaction
  /** How it stands afterwards, if the money could be moved. */
  after: InteractionState & { id: string; unfunded: boolean }
  money?:
    | { do: 'credit'; source: CreditSource; parts: Part[] }
    | { do: 'reverse'; receipts: PendingReceipt[] }
    | undefined
}

/** A transfer of a change, and what it is written down as: a new receipt, or the reversal of one. */
export type Leg = {
  id: string
  leg: number
  /** Accounts of the books. */
  debit: bigint
  credit: bigint
  amount: bigint
  stream: number
  change: Change
  receiverId: string
  /** Of a credit. */
  role: CreditRole | null
  source: CreditSource | null
  hold: 'normal' | 'young' | null
  /** What receiver and post have earned by it, negative when it is taken back; 0 for what they never had. */
  earned: bigint
  /** The receipt that is taken back. */
  reverses: { id: string; leg: number } | null
}

/** The transfers of a change, in the order the books take them: those of one id stand or fall together. */
export function legsOf(change: Change): Leg[] {
  const { money } = change
  if (!money) return []
  return money.do === 'credit' ? creditLegs(change, money) : reversalLegs(change, money.receipts)
}

function creditLegs(change: Change, { source, parts }: { source: CreditSource; parts: Part[] }): Leg[] {
  const { interaction } = change
  const id = newId()
  const own = STREAMS[interaction.kind === 'repost' ? 'share' : interaction.kind]
  return parts.map(({ receiverId, role, amount }, leg) => {
    const { young, pending } = interaction.receivers.get(receiverId)!
    return {
      ...{ id, leg, debit: interaction.funds[source].account, credit: pending, amount },
      stream: role === 'sharer' ? STREAMS.share : own,
      ...{ change, receiverId, role, source, earned: amount, reverses: null },
      hold: interaction.young || young ? 'young' : 'normal',
    }
  })
}

/** One id for each credit that is taken back from, with the legs of its receipts: those are of one credit only there. */
function reversalLegs(change: Change, receipts: PendingReceipt[]): Leg[] {
  const ids = new Map(receipts.map((receipt) => [receipt.id, '']))
  for (const id of ids.keys()) ids.set(id, newId())
  return receipts.map(({ id, leg, closing, source, stream, gross, receiverId, account, delivered }) => ({
    ...{ id: ids.get(id)!, leg, debit: account, amount: gross, stream, earned: delivered ? -gross : 0n },
    credit: change.interaction.funds[closing ? 'budget' : source].account,
    ...{ change, receiverId, role: null, source: null, hold: null, reverses: { id, leg } },
  }))
}
