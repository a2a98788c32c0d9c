const HOUR_MS = 3_600_000

/** How much may be done in any hour. */
export type Allowance = {
  /** Takes one of what is left, if something is. */
  take(): boolean
}

/**
 * @param perHour acts in any hour, a whole number; 0: none
 * @param now milliseconds of a clock that only goes forward
 */
export function allowanceOf(perHour: number, now: () => number = () => performance.now()): Allowance {
  const taken: number[] = []
  return {
    take() {
      while (taken.length > 0 && (taken[0] as number) <= now() - HOUR_MS) taken.shift()
      if (taken.length >= perHour) return false
      taken.push(now())
      return true
    },
  }
}
