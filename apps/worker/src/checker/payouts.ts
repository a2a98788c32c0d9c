import type { Db } from './connect.ts'

/** What an epoch's withdrawals make it pay and authorise, in token units, by address. */
export type EpochPayouts = {
  push: Map<string, { amount: bigint; batch: number }>
  /** Everything ever authorised up to this epoch. */
  authorised: Map<string, bigint>
  /** Of this epoch, both lanes. */
  total: bigint
  faults: string[]
}

/** Reads the withdrawals of an epoch, and of the pull lane those of all epochs before. */
export async function readPayouts(db: Db, epoch: number, unit: bigint): Promise<EpochPayouts> {
  const { rows } = await db.query<{
    id: string
    epoch: number
    lane: string
    to: string
    amount: bigint
    batch: number | null
  }>(
    `select id, epoch, lane::text, "to", amount, batch from withdrawals
     where epoch = $1 or (lane = 'pull' and epoch < $1) order by id`,
    [epoch],
  )
  const payouts: EpochPayouts = { push: new Map(), authorised: new Map(), total: 0n, faults: [] }
  for (const w of rows) {
    if (w.amount % unit !== 0n) payouts.faults.push(`withdrawal ${w.id} is no whole number of units`)
    const amount = w.amount / unit
    if (w.epoch === epoch) payouts.total += amount
    if (w.lane === 'pull') payouts.authorised.set(w.to, (payouts.authorised.get(w.to) ?? 0n) + amount)
    else addPush(payouts, w.id, w.to, amount, w.batch)
  }
  return payouts
}

function addPush(
  { push, faults }: EpochPayouts,
  id: string,
  to: string,
  amount: bigint,
  batch: number | null,
): void {
  const known = push.get(to)
  if (batch === null) faults.push(`withdrawal ${id} is in the epoch and in no batch`)
  else if (known && known.batch !== batch)
    faults.push(`${to} is paid in batch ${known.batch} and in ${batch}`)
  else push.set(to, { amount: (known?.amount ?? 0n) + amount, batch })
}

/** The recipients that packed records name: address (20 bytes) and amount (12) each. @throws Error for half a record */
export function unpack(records: string): { to: string; amount: bigint }[] {
  const hex = records.slice(2)
  if (hex.length % 64 !== 0) throw new Error(`${hex.length / 2} bytes of records`)
  return Array.from({ length: hex.length / 64 }, (_, i) => ({
    to: `0x${hex.slice(i * 64, i * 64 + 40)}`,
    amount: BigInt(`0x${hex.slice(i * 64 + 40, (i + 1) * 64)}`),
  }))
}
