const STEPS: [limit: number, divisor: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3_600, 60, 'minute'],
  [86_400, 3_600, 'hour'],
  [30 * 86_400, 86_400, 'day'],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** A moment, as how long ago it was, or as its date when that is long. @param at RFC 3339 */
export function Time({ at }: { at: string }) {
  const then = new Date(at)
  return (
    <time dateTime={at} title={then.toLocaleString()}>
      {agoOf(then)}
    </time>
  )
}

function agoOf(then: Date): string {
  const seconds = Math.round((then.getTime() - Date.now()) / 1000)
  const step = STEPS.find(([limit]) => Math.abs(seconds) < limit)
  return step ? relative.format(Math.round(seconds / step[1]), step[2]) : then.toLocaleDateString()
}
