const DAY_SECONDS = 86_400

export type Interval = 'day' | 'week' | 'month'

/** Attempts at a charge after the first that failed; then it is past due. */
export const RETRIES = 3

/** Most subscriptions of a member that are not cancelled. */
export const MOST_SUBSCRIPTIONS = 1_000

/**
 * When the next charge is due: the first moment after `now` that is whole intervals after `anchor`. What was missed
 * meanwhile is skipped, so that whoever was away is charged once and not for all of it at once.
 *
 * With days of 86,400 seconds a month is one of the calendar, in UTC: the same day and time, in a shorter month its last
 * day. With others it is 30 of them.
 */
export function nextDue(anchor: Date, interval: Interval, now: Date, daySeconds: number): Date {
  if (interval === 'month' && daySeconds === DAY_SECONDS) return nextMonth(anchor, now)
  const length = daySeconds * 1_000 * { day: 1, week: 7, month: 30 }[interval]
  const passed = Math.max(0, Math.floor((now.getTime() - anchor.getTime()) / length))
  return new Date(anchor.getTime() + (passed + 1) * length)
}

function nextMonth(anchor: Date, now: Date): Date {
  const months =
    (now.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + now.getUTCMonth() - anchor.getUTCMonth()
  for (let n = Math.max(1, months); ; n++) {
    const due = monthsAfter(anchor, n)
    if (due > now) return due
  }
}

/** Always from the anchor: from 31 January by way of 28 February it is 31 March again. */
function monthsAfter(anchor: Date, n: number): Date {
  const due = new Date(anchor)
  due.setUTCDate(1)
  due.setUTCMonth(anchor.getUTCMonth() + n)
  const lastDay = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate()
  due.setUTCDate(Math.min(anchor.getUTCDate(), lastDay))
  return due
}

/** When a charge that failed now is tried again: an hour later, where a day has 24 of them; at least a second. */
export function retryAt(now: Date, daySeconds: number): Date {
  return new Date(now.getTime() + Math.max(1_000, Math.floor((daySeconds * 1_000) / 24)))
}
