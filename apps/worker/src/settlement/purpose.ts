/**
 * What a transaction of an epoch is for: `epoch:7:commit`, and `epoch:7/2:commit` when the number was built a second
 * time, so that what was signed for the first build is never taken for the second's.
 */
export function purposeOf(epoch: { number: number; attempt: number }, what: string): string {
  const { number, attempt } = epoch
  return `epoch:${attempt === 1 ? number : `${number}/${attempt}`}:${what}`
}
