import { type Tx, withTransaction } from '@rivulet/db'
import { type CloseStep, closePeriodStep } from '../src/periods/close-period.ts'
import type { Town } from './town.ts'

/** Closes a period to its end. @returns what all steps did */
export async function closePeriod(town: Town, period: bigint, options?: { limit: number }) {
  const sum = { steps: 0, payers: 0, interactions: 0, paid: 0n, swept: 0n }
  for (let done = false; !done; ) {
    const step: CloseStep = await withTransaction(town.pool, (tx) =>
      closePeriodStep(tx, town.rules, period, options),
    )
    sum.steps++
    sum.payers += step.payers
    sum.interactions += step.interactions
    sum.paid += step.paid
    sum.swept += step.swept
    done = step.done
  }
  return sum
}

let last = 0n

/** Puts what was done until now, in the period it is, into a period of its own that is over. */
export async function endPeriod(town: Town): Promise<bigint> {
  const period = ++last
  await town.pool.query('update interactions set period = $1 where period > 10000', [period])
  return period
}

/** No clearing account of a period holds anything. */
export async function periodsAreEmpty(town: Town): Promise<boolean> {
  const { rows } = await town.pool.query(
    `select count(*) as full from ledger.account where ref like 'period:%' and balance <> 0`,
  )
  return rows[0].full === 0n
}

/** The account of a period holds what stands of its closing credits that no transfer has handed over, and nothing else. */
export async function periodHoldsWhatIsUndelivered(town: Town, period: bigint): Promise<boolean> {
  const { rows } = await town.pool.query(
    `select coalesce((select balance from ledger.account where ref = 'period:' || $1::text), 0) as held,
       (select coalesce(sum(gross), 0)::bigint from receipts r where closing and reversal_id is null and period = $1::bigint
          and not exists (select from ledger.transfer t where t.id = r.posting_id)) as undelivered`,
    [String(period)],
  )
  return rows[0].held === rows[0].undelivered
}

/** A transaction that fails instead of sending its statement number `at`, counted from 0. */
export function failingAt(tx: Tx, at: number): Tx {
  let sent = 0
  const query = (...args: Parameters<Tx['query']>) => {
    if (sent++ === at) throw new Error('killed')
    return tx.query(...args)
  }
  return Object.create(tx as object, { query: { value: query } })
}

/**
 * Runs the next step of a close, of one payer or receiver, and kills it at each of its statements in turn, until there
 * is none left to be killed at.
 *
 * @param isAsBefore fails if anything of a killed step is there
 * @returns how often it was killed; what was then done is the step
 */
export async function killedAtEach(
  town: Town,
  period: bigint,
  isAsBefore: () => Promise<void>,
): Promise<number> {
  for (let at = 0; ; at++) {
    const outcome = await withTransaction(town.pool, (tx) =>
      closePeriodStep(failingAt(tx, at), town.rules, period, { limit: 1 }),
    ).catch((error: Error) => error)
    if (!(outcome instanceof Error)) return at
    if (outcome.message !== 'killed') throw outcome
    await isAsBefore()
  }
}

/** A transaction in which `act` happens just before the statement of that name is sent. */
export function actingBefore(tx: Tx, name: string, act: () => Promise<unknown>): Tx {
  const query = async (...args: Parameters<Tx['query']>) => {
    if ((args[0] as { name?: string }).name === name) await act()
    return tx.query(...args)
  }
  return Object.create(tx as object, { query: { value: query } })
}
