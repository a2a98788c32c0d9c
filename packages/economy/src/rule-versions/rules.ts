import { formatAmount } from '@rivulet/ledger'
import type { Rules } from '../rules.ts'

/** The rules as they are kept and told: amounts are decimal strings of the asset, shares basis points, times seconds. */
export type WrittenRules = ReturnType<typeof writtenRules>

/**
 * Writes down what decides who gets what. What only says how money leaves (least withdrawal, places of the token) is no
 * rule of that kind, and makes no version.
 */
export function writtenRules(rules: Rules) {
  const amounts = <K extends string>(of: Record<K, bigint>) =>
    Object.fromEntries(
      Object.entries<bigint>(of).map(([name, value]) => [name, formatAmount(value)]),
    ) as Record<K, string>
  const { minMs, tokenSeconds, viewerAgeSeconds, viewerDeposit, perDay, perCampaignDay } = rules.views
  return {
    weights: { ...rules.weights },
    rates: amounts(rules.rates),
    shareBps: rules.shareBps,
    split: { ...rules.split },
    fees: { ...rules.fees },
    periodSeconds: rules.periodSeconds,
    holds: { ...rules.holds },
    youngSeconds: rules.youngSeconds,
    views: {
      ...{ minMs, tokenSeconds, viewerAgeSeconds, perDay, perCampaignDay },
      viewerDeposit: formatAmount(viewerDeposit),
    },
    grants: amounts(rules.grants),
    idleCloses: rules.idleCloses,
  }
}

/** A text that two sets of rules share exactly if they say the same, in whatever order they say it. */
export function canonical(written: unknown): string {
  return JSON.stringify(written, (_key, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
