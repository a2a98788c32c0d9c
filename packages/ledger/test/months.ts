/** Days of the month that is `months` from now, UTC: its first moment, and the last millisecond of it. */
export function monthFromNow(months: number): { name: string; first: Date; last: Date } {
  const now = new Date()
  const start = (n: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n, 1)
  const first = new Date(start(months))
  const [year, month] = first.toISOString().split('-')
  return { name: `transfer_${year}_${month}`, first, last: new Date(start(months + 1) - 1) }
}

let ids = 0

/** The id of an event of that moment: the lowest with `tail` 0, the highest with f. */
export function idAt(moment: Date, tail?: '0' | 'f'): string {
  const time = moment.getTime().toString(16).padStart(12, '0')
  const rest = tail ? tail.repeat(20) : `70008000${(++ids).toString(16).padStart(12, '0')}`
  return `${time}${rest}`.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
