/** Inputs that ask for the same thing, answered together. */
export type Group<I> = { input: I; indices: number[] }

/**
 * Splits a batch into rounds in which every interaction appears at most once, so that a round can be worked off as a
 * set and the batch still answers as its inputs would one after another. Neighbouring equal wishes for one
 * interaction share one group: fifty simultaneous likes are one like with fifty answers.
 */
export function rounds<I extends { on: boolean }>(inputs: I[], keyOf: (input: I) => string): Group<I>[][] {
  const result: Group<I>[][] = []
  const last = new Map<string, { round: number; group: Group<I> }>()
  inputs.forEach((input, index) => {
    const key = keyOf(input)
    const previous = last.get(key)
    if (previous && previous.group.input.on === input.on) {
      previous.group.indices.push(index)
      return
    }
    const round = previous ? previous.round + 1 : 0
    const group = { input, indices: [index] }
    result[round] ??= []
    result[round].push(group)
    last.set(key, { round, group })
  })
  return result
}
