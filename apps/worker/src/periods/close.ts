import { type Pool, withTransaction } from '@rivulet/db'
import { type CloseStep, closePeriodStep, nextPeriod, type Rules } from '@rivulet/economy'
import type { Log } from '../log.ts'
import { clearDue } from './clear.ts'

/** Interactions of a step: how long it holds what everybody's likes wait for. */
const MOST = 1_000

/** After a step that had to run again, so many are not prepared ahead: two workers would be in each other's way. */
const STEPS_ALONE = 20

/** What a close needs. */
export type PeriodDeps = { pool: Pool; rules: Rules }

/** Closes every period that is over, oldest first, then clears what is due: a step a transaction, until nothing is left. */
export async function keepPeriods(deps: PeriodDeps, log: Log): Promise<string> {
  for (;;) {
    const period = await nextPeriod(deps.pool, deps.rules)
    if (period === undefined) break
    const { payers, interactions, paid, swept } = await closePeriod(deps, period)
    if (payers > 0 || swept > 0n)
      log.info(
        { period: `${period}`, payers, interactions, paid: `${paid}`, swept: `${swept}` },
        'closed a period',
      )
  }
  return clearDue(deps, log)
}

/**
 * Closes a period to its end. While a step is written the next is prepared, and while one is committed two are under way, so
 * that two cores have work.
 *
 * @param limit most interactions of a step
 * @returns what these steps did; another worker may have done the rest
 */
export async function closePeriod(
  { pool, rules }: PeriodDeps,
  period: bigint,
  { limit = MOST }: { limit?: number } = {},
): Promise<Omit<CloseStep, 'done'>> {
  const sum = { payers: 0, interactions: 0, paid: 0n, swept: 0n }
  let done = false
  let alone = 0
  let before: Promise<void> | undefined
  let earlier: Promise<void> | undefined
  const run = async (
    { after, behind }: { after: bigint | undefined; behind: bigint | undefined },
    planned: (next: bigint) => void,
  ) => {
    if (alone > 0) alone--
    // Whoever begins where the close is waits for all that is under way: its budgets are locked.
    if (alone > 0) await before?.catch(() => {})
    const ahead = alone === 0 ? { after, behind, planned } : {}
    const step = await withTransaction(pool, (tx, attempt) => {
      if (attempt > 1) alone = STEPS_ALONE
      return closePeriodStep(tx, rules, period, {
        ...{ limit: smaller(limit, attempt) },
        ...(attempt === 1 && ahead),
      })
    })
    sum.payers += step.payers
    sum.interactions += step.interactions
    sum.paid += step.paid
    sum.swept += step.swept
    done ||= step.done
  }

  let after: bigint | undefined
  let behind: bigint | undefined
  while (!done) {
    const next = Promise.withResolvers<bigint | undefined>()
    const step = run({ after, behind }, next.resolve)
    behind = after
    // Both are awaited in the end, also when the first of them fails.
    step.catch(() => {}).finally(() => next.resolve(undefined))
    try {
      after = await next.promise
      await earlier
    } catch (error) {
      await step.catch(() => {})
      throw error
    }
    earlier = before
    before = step
    if (after === undefined) await step
  }
  await before
  return sum
}

/** Whoever spends their budget without a pause is at last closed alone, and in a moment. */
const smaller = (limit: number, attempt: number) => Math.ceil(limit / 5 ** (attempt - 1))
