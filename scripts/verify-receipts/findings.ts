import type { Api, Part, Rules } from './api.ts'
import { decimalOf, nanoOf, shareOut } from './split.ts'

/** Something that was recomputed: equal, or where not and what it should be. */
export type Finding = { equal: boolean; what: string }

/** Something that could not be recomputed, and why. */
export type Report = { findings: Finding[]; notes: string[] }

export const nameOf = (party: Part['receiver']) => party.memberId ?? party.pseudonym ?? 'nobody'

/** How a part is called in what is printed. */
export const titleOf = (p: Part) =>
  `${p.closing ? 'share of a closed budget' : 'credit'} ${p.id}.${p.place}, a ${p.kind} of post ${p.postId}, to ${nameOf(p.receiver)} as ${p.role}`

/** Compares one figure. */
export function compare(
  what: string,
  is: bigint | string | number,
  ...should: (bigint | string | number)[]
): Finding {
  const equal = should.includes(is)
  const tell = (value: bigint | string | number) =>
    typeof value === 'bigint' ? decimalOf(value) : String(value)
  return { equal, what: equal ? what : `${what}: is ${tell(is)}, should be ${should.map(tell).join(' or ')}` }
}

/**
 * Compares a part with what it should be of a credit, whose size is known but for a last unit at most.
 *
 * @param credits the sizes the whole credit can have
 */
export async function comparePart(api: Api, rules: Rules, p: Part, credits: bigint[]): Promise<Report> {
  const authors = await api.authors(p.postId)
  const member = p.receiver.memberId
  if (p.role === 'author' && authors === undefined)
    return { findings: [], notes: [`${titleOf(p)}: the post cannot be read any more, nor whose it was`] }
  const should = credits.map((credit) => {
    const parts = shareOut(credit, p.via !== null, rules.shareBps, authors ?? [{ memberId: '', bps: 10_000 }])
    return p.role === 'sharer' ? parts.sharer : (parts.authors.get(member ?? '') ?? 0n)
  })
  return { findings: [compare(titleOf(p), nanoOf(p.gross), ...should)], notes: [] }
}

/** Compares when a part clears: at the end of its period and its hold. */
export function compareClearing(rules: Rules, p: Part): Finding {
  const seconds = (p.period + 1) * rules.periodSeconds + rules.holds[p.hold]!
  return compare(`${titleOf(p)}: clears`, p.clearsAt, new Date(seconds * 1_000).toISOString())
}

/** Gathers what is left when several are told together. */
export function together(reports: Report[]): Report {
  return {
    findings: reports.flatMap((report) => report.findings),
    notes: reports.flatMap((report) => report.notes),
  }
}
