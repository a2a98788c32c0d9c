/** Inputs that ask for the same thing, answered together. */
export type Group<I> = { input: I; indices: number[] }

/**
 * Splits a batch into rounds in which every interaction appears at most once, so that a round can be worked off as a
 * set and the batch still answers as its inputs would one after another. Equal wishes for one interaction with no
 * other wish for it between them share one group: fifty simultaneous likes are one like with fifty answers.
 *
 * An actor's wishes keep their order over the rounds, since they spend from the same funds.
 */
export function rounds<I extends { on: boolean; actorId: string }>(
  inputs: I[],
  keyOf: (input: I) => string,
): Group<I>[][] {
  const result: Group<I>[][] = []
  const last = new Map<string, { round: number; group: Group<I> }>()
  const reached = new Map<string, number>()
  inputs.forEach((input, index) => {
    const key = keyOf(input)
    const previous = last.get(key)
    if (previous && previous.group.input.on === input.on) {
      previous.group.indices.push(index)
      return
    }
    const round = Math.max(previous ? previous.round + 1 : 0, reached.get(input.actorId) ?? 0)
    const group = { input, indices: [index] }
    result[round] ??= []
    result[round].push(group)
    last.set(key, { round, group })
    reached.set(input.actorId, round)
  })
  return result
}
