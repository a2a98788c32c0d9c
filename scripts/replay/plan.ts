import type { Deed } from '../outside/reckoning/deeds.ts'
import type { Line } from './lines.ts'

/** What a line becomes: a like, or for a pair seen before a comment; the post is written first when there is none. */
export type Step = { kind: 'like' | 'comment'; who: string; author: string; post: string; writes: boolean }

export type Plan = {
  steps: Step[]
  /** Everybody named, in order of appearance. */
  members: string[]
  /** What each source needs at most, in nano. */
  needs: Map<string, bigint>
}

/** Turns lines into steps. Every target has one top-level post: its newest, and its first. */
export function planOf(lines: Line[], rates: { like: bigint; comment: bigint }): Plan {
  const members = new Set<string>()
  const written = new Set<string>()
  const times = new Map<string, number>()
  const needs = new Map<string, bigint>()
  const steps = lines.map(({ source, target }): Step => {
    members.add(source).add(target)
    const pair = `${source} ${target}`
    const before = times.get(pair) ?? 0
    times.set(pair, before + 1)
    const kind = before === 0 ? 'like' : 'comment'
    // A second comment of one member under one post is said, and pays nothing more.
    const pays = source !== target && before < 2
    needs.set(source, (needs.get(source) ?? 0n) + (pays ? rates[kind] : 0n))
    const writes = !written.has(target)
    written.add(target)
    return { kind, who: source, author: target, post: `of ${target}`, writes }
  })
  return { steps, members: [...members], needs }
}

/** The deeds of a plan, funding and all, in an order that could have been. */
export function deedsOf(plan: Plan, endowments: ReadonlyMap<string, bigint>): Deed[] {
  const deeds: Deed[] = []
  for (const [who, amount] of endowments) deeds.push({ did: 'endow', who, amount })
  for (const [who, amount] of plan.needs) if (amount > 0n) deeds.push({ did: 'pledge', who, amount })
  for (const { kind, who, author, post, writes } of plan.steps) {
    if (writes) deeds.push({ did: 'post', who: author, post })
    deeds.push({ did: kind, who, post })
  }
  return deeds
}
