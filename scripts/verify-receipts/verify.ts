import type { Api, Entry, Part } from './api.ts'
import { verifyClosing } from './closing.ts'
import { compare, compareClearing, comparePart, type Report, titleOf, together } from './findings.ts'
import { divide, nanoOf, sumOf } from './split.ts'

export type Side = 'payer' | 'receiver'

const SLACK_MS = 3_600_000
const ACCOUNTS: Record<Side, string[]> = { payer: ['budget', 'pledge'], receiver: ['pending'] }

/**
 * Recomputes, from the public rules and posts, what a member paid or received of a period: the split of the budget that
 * closed, the credits that were instant, the views. And that each moved what its receipt says, by the statement.
 */
export async function verifyPeriod(api: Api, side: Side, period: number): Promise<Report> {
  const parts = await api.parts(side, period)
  const [first] = parts
  if (!first) return { findings: [], notes: [`nothing was ${side === 'payer' ? 'paid' : 'received'}`] }
  const { periodSeconds } = await api.rules(first.ruleVersion)
  const entries = await api.entriesSince(period * periodSeconds * 1_000 - SLACK_MS)

  const reports: Report[] = []
  for (const [id, own] of Map.groupBy(parts, (part) => part.id)) {
    const moved = entries.filter((entry) => entry.ref.id === id && isOwn(entry, side))
    if (side === 'payer' && own[0]!.closing) reports.push(await verifyClosing(api, own, moved[0]))
    else reports.push(await verifyCredit(api, side, id, own, moved))
    for (const part of own)
      reports.push({ findings: [compareClearing(await api.rules(part.ruleVersion), part)], notes: [] })
  }
  return together(reports)
}

/** An entry that says that money was credited, and not that it was taken back or cleared. */
function isOwn({ account, amount }: Entry, side: Side): boolean {
  return ACCOUNTS[side].includes(account) && amount.startsWith('-') === (side === 'payer')
}

async function verifyCredit(
  api: Api,
  side: Side,
  id: string,
  parts: Part[],
  moved: Entry[],
): Promise<Report> {
  const said = sumOf(parts.map((part) => nanoOf(part.gross)))
  const reports = [await Promise.all(parts.map((part) => verifyPart(api, side, part)))].flat()
  // The money of a view comes out of a campaign, which has no statement of its own.
  const hasEntries = side === 'receiver' || parts[0]!.kind !== 'view'
  if (hasEntries) {
    const size = sumOf(moved.map(({ amount }) => nanoOf(amount)))
    const by = compare(`${id}: what moved, by the statement`, said, size < 0n ? -size : size)
    reports.push({ findings: [by], notes: [] })
  }
  return together(reports)
}

async function verifyPart(api: Api, side: Side, part: Part): Promise<Report> {
  const rules = await api.rules(part.ruleVersion)
  if (part.kind === 'view') return verifyView(api, side, part)
  if (!part.closing) return comparePart(api, rules, part, [nanoOf(rules.rates[part.kind]!)])
  if (part.budget === null)
    return { findings: [], notes: [`${titleOf(part)}: the receipt does not say what was split`] }
  // A receiver does not see the other acts of the payer, and so not who has the unit that goes by remainder.
  const down = (nanoOf(part.budget) * BigInt(part.weight)) / BigInt(part.totalWeight)
  const exact = part.weight === part.totalWeight
  return comparePart(api, rules, part, exact ? [down] : [down, down + 1n])
}

/** A view's price is its sponsor's to know; its viewer can tell whether the two shares that are theirs fit any price. */
async function verifyView(api: Api, side: Side, part: Part): Promise<Report> {
  const { split } = await api.rules(part.ruleVersion)
  const view = await api.view(part.id)
  const bps = [split.viewer, split.budget, split.author, split.platform].map(BigInt)
  if (side === 'payer' && view?.price) {
    const [viewer, , author] = divide(nanoOf(view.price), bps)
    if (part.role === 'viewer')
      return { findings: [compare(titleOf(part), nanoOf(part.gross), viewer!)], notes: [] }
    const authors = await api.authors(part.postId)
    if (!authors) return { findings: [], notes: [`${titleOf(part)}: the post cannot be read any more`] }
    const shares = divide(
      author!,
      authors.map((one) => BigInt(one.bps)),
    )
    const at = authors.findIndex((one) => one.memberId === part.receiver.memberId)
    return { findings: [compare(titleOf(part), nanoOf(part.gross), shares[at] ?? 0n)], notes: [] }
  }
  if (part.role === 'viewer' && view?.budget && split.viewer > 0) {
    const viewer = nanoOf(part.gross)
    // Prices whose share of the viewer is this one lie so close around it.
    const around = 10_000n / BigInt(split.viewer) + 1n
    const near = (viewer * 10_000n) / BigInt(split.viewer)
    const fitting = Array.from({ length: Number(2n * around) + 1 }, (_, i) => near - around + BigInt(i))
      .filter((price) => price > 0n)
      .map((price) => divide(price, bps))
      .filter(([own]) => own === viewer)
      .map(([, budget]) => budget!)
    return {
      findings: [compare(`${titleOf(part)}: its budget share`, nanoOf(view.budget), ...new Set(fitting))],
      notes: [],
    }
  }
  return { findings: [], notes: [`${titleOf(part)}: the price is its sponsor's to know`] }
}
