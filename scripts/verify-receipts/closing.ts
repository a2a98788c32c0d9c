import type { Api, Part } from './api.ts'
import { compare, comparePart, type Report, together } from './findings.ts'
import { decimalOf, divide, nanoOf, sumOf } from './split.ts'

/**
 * Recomputes the whole split of a payer's budget: what it held, what each act weighs, each act's share and each part.
 *
 * @param parts all of one close
 * @param entry what the statement says of the budget: how much left it, and how much it held right after
 */
export async function verifyClosing(
  api: Api,
  parts: Part[],
  entry: { amount: string; balanceAfter: string } | undefined,
): Promise<Report> {
  const [first] = parts as [Part]
  const rules = await api.rules(first.ruleVersion)
  const name = `budget closed by ${first.id}`
  if (first.budget === null)
    return { findings: [], notes: [`${name}: its receipts do not say what was split`] }
  const budget = nanoOf(first.budget)
  const acts = [...Map.groupBy(parts, (part) => part.actId ?? part.id)].sort(([a], [b]) => (a < b ? -1 : 1))
  const weights = acts.map(([, [act]]) => BigInt(act!.weight))
  const seen = sumOf(weights)
  const total = BigInt(first.totalWeight)
  const paid = sumOf(parts.map((part) => nanoOf(part.gross)))

  const figures = parts.flatMap((part) => [
    compare(`${name}: weight of the ${part.kind} ${part.actId}`, part.weight, rules.weights[part.kind]!),
    compare(`${name}: total weight at place ${part.place}`, part.totalWeight, first.totalWeight),
    compare(`${name}: what was split, at place ${part.place}`, part.budget ?? '', first.budget!),
  ])
  if (entry) {
    const left = nanoOf(entry.amount)
    figures.push(compare(`${name}: what left it, by the statement`, paid, -left))
    figures.push(
      compare(`${name}: what it held, by the statement`, budget, nanoOf(entry.balanceAfter) - left),
    )
  }
  if (seen > total)
    return together([
      { findings: [...figures, compare(`${name}: weight of all acts`, total, seen)], notes: [] },
    ])

  // Acts that could pay nobody have no receipt. They weigh what is missing, and their shares stayed in the budget: of the
  // others each is then known but for the unit that goes by remainder.
  const exact = seen === total ? divide(budget, weights) : undefined
  const compared = await Promise.all(
    acts.flatMap(([, own], i) => {
      const down = (budget * weights[i]!) / total
      return own.map((part) => comparePart(api, rules, part, exact ? [exact[i]!] : [down, down + 1n]))
    }),
  )
  const stayed = budget - paid
  const notes = [
    `${name}: ${decimalOf(paid)} of ${decimalOf(budget)} over ${acts.length} acts that weigh ${seen} of ${total}${
      stayed > 0n ? `; ${decimalOf(stayed)} could be paid to nobody and stayed` : ''
    }`,
  ]
  return together([{ findings: figures, notes }, ...compared])
}
