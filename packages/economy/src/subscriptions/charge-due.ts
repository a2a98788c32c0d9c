import type { Tx } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'
import { type Notice, notifyMembers } from '../notifications/notify-members.ts'
import type { Rules } from '../rules.ts'
import { type ChargeResult, chargeEach } from './charge.ts'
import { nextDue, RETRIES, retryAt } from './rules.ts'
import { insertCharges, lockDue, type Subscription, updateSubscriptions } from './store.ts'

/**
 * Takes the charges that are due. One that cannot be taken is tried again three times, and then its subscription is past
 * due: nothing more is taken until its payer resumes it.
 *
 * Resumable at any point, and two at once take different ones: the charge, its number and when the next is due are
 * written in the transaction that moves the money, under the lock of the subscription.
 *
 * @param limit most subscriptions of one call
 * @returns how many were looked at, how many of them paid, and how many became past due; `due` is 0 when nothing is left
 */
export async function chargeDue(
  tx: Tx,
  rules: Rules,
  { limit = 500 } = {},
): Promise<{ due: number; charged: number; pastDue: number }> {
  const { now, due } = await lockDue(tx, limit)
  if (due.length === 0) return { due: 0, charged: 0, pastDue: 0 }
  const answers = await chargeEach(tx, rules, due, now)
  const after = due.map((one, i) => afterAttempt(one, answers[i] as ChargeResult, now, rules))
  await insertCharges(
    tx,
    rules.version,
    answers.flatMap((answer) => (answer.ok ? [answer.planned] : [])),
  )
  await updateSubscriptions(tx, after)
  await notifyMembers(tx, after.map(noticeOf))
  return {
    due: due.length,
    charged: answers.filter((answer) => answer.ok).length,
    pastDue: after.filter(({ status }) => status === 'past_due').length,
  }
}

/** The payer is told of each attempt, since nobody was there when it was made. */
function noticeOf({ id, payerId, amount, interval, failures, status }: Subscription): Notice {
  const came = status === 'past_due' ? 'pastDue' : failures > 0 ? 'failed' : 'renewed'
  return {
    ...{ memberId: payerId, kind: 'subscription', refId: id },
    body: { status: came, amount: formatAmount(amount), interval },
  }
}

function afterAttempt(one: Subscription, answer: ChargeResult, now: Date, rules: Rules): Subscription {
  const { daySeconds } = rules.subscriptions
  if (answer.ok)
    return {
      ...one,
      charges: one.charges + 1,
      failures: 0,
      nextAt: nextDue(one.anchorAt, one.interval, now, daySeconds),
    }
  const failures = one.failures + 1
  if (failures > RETRIES) return { ...one, failures, status: 'past_due' }
  return { ...one, failures, nextAt: retryAt(now, daySeconds) }
}
