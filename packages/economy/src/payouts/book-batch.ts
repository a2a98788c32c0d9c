import type { Tx } from '@rivulet/db'
import { amountOf, type Transfer } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { BookingFault, type ChainPlace, noteChainEvents } from '../chain-events/store.ts'
import { memberAccount, RESERVE, STREAMS, settlingAccount } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { advance } from '../withdrawals/store.ts'
import { lockBatch, type PayoutWithdrawal } from './store.ts'

/** A `BatchExecuted` log of a final block with the `PayoutDeferred` logs before it. Amounts in token units. */
export type ExecutedBatch = ChainPlace & {
  epoch: number
  index: number
  total: bigint
  /** Whom the token refused; addresses are EIP-55. */
  refused: readonly { account: string; amount: bigint }[]
}

/**
 * Books a paid batch, once: what was paid leaves the reserve, what was refused is owed to the members who asked for
 * it, and their withdrawals end as `confirmed` or `owed`.
 * @throws BookingFault when the batch is not what the epoch says it is
 */
export async function bookBatch(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  batch: ExecutedBatch,
): Promise<'booked' | 'exists'> {
  const refusedTotal = batch.refused.reduce((sum, r) => sum + r.amount, 0n)
  const paid = (batch.total - refusedTotal) * rules.unit
  const [id] = await noteChainEvents(tx, [{ ...batch, kind: 'batch', account: null, amount: paid }])
  if (!id) return 'exists'
  await closeBatch(tx, batch)

  const withdrawals = await lockBatch(tx, batch.epoch, batch.index)
  const owed = pickRefused(withdrawals, batch, rules.unit)
  const settling = settlingAccount(batch.epoch)
  const transfers: Omit<Transfer, 'leg'>[] = owed.map((w) => ({
    id,
    debit: settling,
    credit: memberAccount(w.memberId, 'owed'),
    amount: amountOf(w.amount),
    code: STREAMS.withdrawal,
  }))
  if (paid > 0n)
    transfers.push({
      id,
      debit: settling,
      credit: RESERVE,
      amount: amountOf(paid),
      code: STREAMS.withdrawal,
    })
  await postFacts(
    tx,
    transfers.map((t, leg) => ({ ...t, leg })),
  )

  const owedIds = owed.map((w) => w.id)
  const confirmed = withdrawals.map((w) => w.id).filter((w) => !owedIds.includes(w))
  const ended =
    (await advance(tx, confirmed, 'confirmed')).length + (await advance(tx, owedIds, 'owed')).length
  if (ended !== withdrawals.length)
    throw new BookingFault(`batch ${batch.epoch}/${batch.index} pays withdrawals that had ended before`)
  return 'booked'
}

async function closeBatch(tx: Tx, { epoch, index, total, txHash }: ExecutedBatch): Promise<void> {
  const closed = await tx.query<{ total: bigint }>(
    'update epoch_batches set tx_hash = $3 where epoch = $1 and index = $2 and tx_hash is null returning total',
    [epoch, index, txHash],
  )
  const known = closed.rows[0]?.total
  if (known !== total)
    throw new BookingFault(
      `batch ${epoch}/${index} paid ${total} units where the books have ${known ?? 'none'}`,
    )
}

function pickRefused(
  withdrawals: readonly PayoutWithdrawal[],
  batch: ExecutedBatch,
  unit: bigint,
): PayoutWithdrawal[] {
  return batch.refused.flatMap(({ account, amount }) => {
    const theirs = withdrawals.filter((w) => w.to === account)
    const sum = theirs.reduce((all, w) => all + w.amount, 0n)
    if (sum !== amount * unit)
      throw new BookingFault(
        `batch ${batch.epoch}/${batch.index} refused ${amount} units to ${account}, ${sum} nano were meant`,
      )
    return theirs
  })
}
