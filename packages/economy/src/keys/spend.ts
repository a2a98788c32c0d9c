import type { Tx } from '@rivulet/db'
import { limitSays, type Spending, type SpendLimitReached } from './rules.ts'
import { lockDays, writeDays } from './store.ts'

/**
 * Makes payments out of `available` under the limits of the keys they are made by. Everything that leaves `available` by
 * a key goes through here; what is refused for another reason does not count.
 *
 * The batch answers as its payments would one after another. `post` is called once, and again only where a limit's answer
 * depends on what became of payments before. The row of a key and day is locked from here to the end of the transaction,
 * so call this before anything else is locked but idempotency keys.
 *
 * @param post makes payments, all of one call in order, and answers each; `ok` means that its `amount` has left
 * @returns what `post` answered, or `spend_limit`
 */
export async function spend<P extends Spending, R extends { ok: boolean }>(
  tx: Tx,
  payments: P[],
  post: (payments: P[]) => Promise<R[]>,
): Promise<(R | SpendLimitReached)[]> {
  const days = await lockDays(
    tx,
    payments.flatMap(({ key }) => (key ? [key.id] : [])),
  )
  const results: (R | SpendLimitReached)[] = []
  let waiting: number[] = []

  const answerWaiting = async (): Promise<void> => {
    if (waiting.length === 0) return
    const answers = await post(waiting.map((i) => payments[i] as P))
    waiting.forEach((i, at) => {
      const { key, amount } = payments[i] as P
      const answer = answers[at] as R
      const day = key && days.get(key.id)
      if (day && answer.ok) day.spent += amount
      results[i] = answer
    })
    for (const day of days.values()) day.asked = 0n
    waiting = []
  }

  for (const [i, payment] of payments.entries()) {
    const day = payment.key && days.get(payment.key.id)
    if (limitSays(payment, day) === 'it depends') await answerWaiting()
    if (limitSays(payment, day) === 'yes') {
      if (day) day.asked += payment.amount
      waiting.push(i)
    } else if (payment.key && day) results[i] = reached(payment.key.dailySpendLimit ?? 0n, day)
  }
  await answerWaiting()
  await writeDays(tx, days)
  return results
}

const reached = (limit: bigint, { spent, endsAt }: { spent: bigint; endsAt: Date }): SpendLimitReached => ({
  ok: false,
  code: 'spend_limit',
  left: limit - spent,
  endsAt,
})
