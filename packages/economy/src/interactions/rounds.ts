/** Inputs that ask for the same thing, answered together. */
export type Group<I> = { input: I; indices: number[] }

type Wish = { on: boolean; actorId: string; postId: string; kind: string; via?: string | undefined }

/**
 * Splits a batch into rounds in which every interaction appears at most once, so that a round can be worked off as a
 * set and the batch still answers as its inputs would one after another. Equal wishes for one interaction with no
 * other wish for it between them share one group: fifty simultaneous likes are one like with fifty answers.
 *
 * An actor's wishes keep their order over the rounds, since they spend from the same funds. A wish that names a share comes
 * after the reposts of the post that were asked for before it, and no repost before it overtakes it: a round looks at
 * shares as they are when it begins.
 */
export function rounds<I extends Wish>(inputs: I[], keyOf: (input: I) => string): Group<I>[][] {
  const result: Group<I>[][] = []
  const last = new Map<string, { round: number; group: Group<I> }>()
  const reached = new Map<string, number>()
  // Of each post, the last round with one of its reposts, and with a wish that names a share of it.
  const reposted = new Map<string, number>()
  const viewed = new Map<string, number>()
  inputs.forEach((input, index) => {
    const { postId, actorId, kind, via } = input
    const key = keyOf(input)
    const previous = last.get(key)
    const afterReposts = via === undefined ? 0 : (reposted.get(postId) ?? -1) + 1
    if (previous && sameWish(previous.group.input, input) && previous.round >= afterReposts) {
      previous.group.indices.push(index)
      return
    }
    const round = Math.max(
      previous ? previous.round + 1 : 0,
      reached.get(actorId) ?? 0,
      afterReposts,
      kind === 'repost' ? (viewed.get(postId) ?? 0) : 0,
    )
    const group = { input, indices: [index] }
    result[round] ??= []
    result[round].push(group)
    last.set(key, { round, group })
    reached.set(actorId, round)
    if (kind === 'repost') reposted.set(postId, Math.max(round, reposted.get(postId) ?? 0))
    if (via !== undefined) viewed.set(postId, Math.max(round, viewed.get(postId) ?? 0))
  })
  return result
}

const sameWish = (one: Wish, other: Wish) => one.on === other.on && one.via === other.via
