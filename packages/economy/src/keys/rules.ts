import type { Amount } from '@rivulet/ledger'

/** The key a payment is made by. */
export type SpendingKey = {
  id: string
  /** Nano that may leave `available` by it on a day (UTC); null: no limit. */
  dailySpendLimit: Amount | null
}

/** What a payment takes from `available`, in nano, and by which key; undefined: by its member in person. */
export type Spending = { key?: SpendingKey | undefined; amount: bigint }

/** A payment refused for its key's limit. `left`: nano that may still be spent, until `endsAt`. */
export type SpendLimitReached = { ok: false; code: 'spend_limit'; left: bigint; endsAt: Date }

/** What a key has spent of its day: `spent` for certain, `asked` by payments that are not answered yet. */
export type KeyDay = { spent: bigint; asked: bigint; endsAt: Date }

/**
 * What a limit says to a payment: `yes`, `no`, or that it depends on the payments of this key that are not answered yet.
 */
export function limitSays({ key, amount }: Spending, day: KeyDay | undefined): 'yes' | 'no' | 'it depends' {
  const limit = key?.dailySpendLimit ?? null
  if (limit === null || !day) return 'yes'
  if (day.spent + amount > limit) return 'no'
  return day.spent + day.asked + amount > limit ? 'it depends' : 'yes'
}
