/** Whom the credits of a post are split among, in basis points. */
export type Split = { memberId: string; bps: number }

export const SPLITS_MAX = 10

/** What is wrong with the splits of a post, and with which of them; undefined: with all together. */
export type SplitsFault = {
  code: 'invalid_splits' | 'split_not_consented'
  at: number | undefined
  detail: string
}

/**
 * Judges the splits an author gives a post: 1 to 10 of different members, none of them deleted, basis points that sum to
 * 10,000, and the consent of everybody but the author. Who has not consented is told last: until then nobody needs asking.
 */
export function faultOfSplits(
  splits: readonly Split[],
  who: { authorId: string; live: ReadonlySet<string>; consented: ReadonlySet<string> },
): SplitsFault | undefined {
  const invalid = (detail: string, at?: number): SplitsFault => ({ code: 'invalid_splits', at, detail })
  if (splits.length < 1 || splits.length > SPLITS_MAX)
    return invalid(`must be 1 to ${SPLITS_MAX}; leave splits out if all is yours`)
  const repeated = splits.findIndex((split, i) =>
    splits.some((s, j) => j < i && s.memberId === split.memberId),
  )
  if (repeated >= 0) return invalid('is listed twice', repeated)
  const gone = splits.findIndex(({ memberId }) => !who.live.has(memberId))
  if (gone >= 0) return invalid('names no member', gone)
  const sum = splits.reduce((total, { bps }) => total + bps, 0)
  if (sum !== 10_000 || splits.some(({ bps }) => bps < 1))
    return invalid(`bps must be 1 or more each, and 10000 together; these are ${sum}`)
  const silent = splits.findIndex(({ memberId: id }) => id !== who.authorId && !who.consented.has(id))
  if (silent < 0) return undefined
  const detail = 'has to agree first: PUT /v1/members/{your id}/split-consent'
  return { code: 'split_not_consented', at: silent, detail }
}
