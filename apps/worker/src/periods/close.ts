import { type Pool, withTransaction } from '@rivulet/db'
import { type CloseStep, closePeriodStep, nextPeriod, type Rules } from '@rivulet/economy'
import type { Log } from '../log.ts'
import { clearDue } from './clear.ts'

/** Closes every period that is over, oldest first, then clears what is due: a step a transaction, until nothing is left. */
export async function keepPeriods(deps: { pool: Pool; rules: Rules }, log: Log): Promise<string> {
  for (;;) {
    const period = await nextPeriod(deps.pool, deps.rules)
    if (period === undefined) break
    await closePeriod(deps, period, log)
  }
  return clearDue(deps, log)
}

async function closePeriod({ pool, rules }: { pool: Pool; rules: Rules }, period: bigint, log: Log) {
  const sum = { payers: 0, interactions: 0, paid: 0n, swept: 0n }
  for (let done = false; !done; ) {
    const step: CloseStep = await withTransaction(pool, (tx, attempt) =>
      closePeriodStep(tx, rules, period, { limit: limitOf(attempt) }),
    )
    sum.payers += step.payers
    sum.interactions += step.interactions
    sum.paid += step.paid
    sum.swept += step.swept
    done = step.done
  }
  const { payers, interactions, paid, swept } = sum
  if (payers > 0 || swept > 0n)
    log.info(
      { period: `${period}`, payers, interactions, paid: `${paid}`, swept: `${swept}` },
      'closed a period',
    )
}

/** Smaller each time: whoever spends their budget without a pause is at last closed alone, and in a moment. */
const limitOf = (attempt: number) => Math.ceil(1_000 / 5 ** (attempt - 1))
