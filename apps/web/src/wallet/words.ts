import type { Network } from '../network/network.ts'

const UNITS: [seconds: number, name: string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

/** A span of time in the largest unit that it is whole in: `7 days`, `90 minutes`. */
export function spanOf(seconds: number): string {
  const [size, name] = UNITS.find(([size]) => seconds >= size && seconds % size === 0) ?? UNITS.at(-1)!
  const count = seconds / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/** When what is earned can be spent, by the rules of the network. */
export function whenItClears({
  periodSeconds,
  holds,
  fees,
}: Pick<Network, 'periodSeconds' | 'holds' | 'fees'>) {
  return [
    `It is yours to spend when the period it was earned in is over, ${spanOf(periodSeconds)} each, and a hold has passed:`,
    `${spanOf(holds.normal)}; ${spanOf(holds.young)} where you or who paid is new here; ${spanOf(holds.views)} for sponsored posts.`,
    `A fee of ${fees.clearingBps / 100} % is taken then. Tips and unlocks do not wait.`,
  ].join(' ')
}
