/** Chance, from a seed: the same seed gives the same numbers. */
export type Chance = {
  /** A number from 0 to below 1. (mulberry32) */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  /** One of them. */
  one<T>(of: readonly T[]): T
  /** Chance of its own for a part of the run, so that one part does not move the numbers of another. */
  branch(name: string): Chance
}

/** @param seed a whole number, or any text */
export function chanceOf(seed: number | string): Chance {
  let state = typeof seed === 'number' ? seed >>> 0 : hash(seed)
  const origin = state
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    one: (of) => of[whole(0, of.length - 1)]!,
    branch: (name) => chanceOf(`${origin}/${name}`),
  }
}

// FNV-1a, 32 bits.
function hash(text: string): number {
  let state = 0x811c9dc5
  for (const unit of text) state = Math.imul(state ^ unit.codePointAt(0)!, 0x01000193)
  return state >>> 0
}
