import { StartRefused } from '@rivulet/stack'

/** How lively the town is, once it is there. */
export type Pace = { everyMs: number; actsPerHour: number }

const DAY_SECONDS = 86_400
const MOST_AN_HOUR = 3_600

/**
 * Reads `TOWN_EVERY_SECONDS` (1 to a day, 30) and `TOWN_ACTS_PER_HOUR` (0 to 3600, 120).
 *
 * @throws StartRefused naming the one that is no such number
 */
export function paceOf(env: Record<string, string | undefined>): Pace {
  return {
    everyMs: wholeOf(env, 'TOWN_EVERY_SECONDS', { fallback: 30, least: 1, most: DAY_SECONDS }) * 1_000,
    actsPerHour: wholeOf(env, 'TOWN_ACTS_PER_HOUR', { fallback: 120, least: 0, most: MOST_AN_HOUR }),
  }
}

function wholeOf(
  env: Record<string, string | undefined>,
  variable: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number {
  const given = env[variable]
  if (!given) return fallback
  const whole = /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN
  if (whole >= least && whole <= most) return whole
  throw new StartRefused(`${variable}=${given} will not do: a whole number from ${least} to ${most}.`)
}
