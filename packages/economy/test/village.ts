/**
 * What should happen when people like, read, comment and repost, told by one wish after another, in plain words and
 * numbers: it shares nothing with the code but the rates, and imports none of it.
 */
export const PEOPLE = 4

/** By whom each post is, among whom it is split (member, basis points), and who quotes it. */
export const POSTS: { author: number; splits: [number, number][]; quotedBy: number }[] = [
  { author: 0, splits: [], quotedBy: 3 },
  {
    author: 1,
    splits: [
      [1, 6_001],
      [2, 3_999],
    ],
    quotedBy: 0,
  },
  { author: 2, splits: [], quotedBy: 1 },
  {
    author: 0,
    splits: [
      [0, 3_334],
      [1, 3_333],
      [3, 3_333],
    ],
    quotedBy: 2,
  },
]

const RATES = { like: 777n, read: 101n, comment: 1_310n, repost: 1_009n }

export type Kind = keyof typeof RATES

export type Wish = {
  actor: number
  post: number
  kind: Kind
  on: boolean
  /** Through nothing, the post's quote, or the repost by this member. */
  via: 'none' | 'quote' | number
}

type Paid = { to: number; nano: bigint; from: 'budget' | 'pledge'; cleared: boolean }
type Row = { on: boolean; unfunded: boolean; reversals: number; paid: Paid[]; sharer: number | undefined }

export type Answer =
  | { ok: true; on: boolean; credited: bigint; unfunded: boolean }
  | { ok: false; code: string }

export class Village {
  readonly #own: { budget: bigint; pledge: bigint }[]
  readonly #rows = new Map<string, Row & { post: number; kind: Kind }>()
  readonly #blocks = new Set<string>()
  readonly #suspended = new Set<number>()

  constructor(funds: { budget: bigint; pledge: bigint }[]) {
    this.#own = funds.map((own) => ({ ...own }))
  }

  /** Each of these answers whether it changed anything. */
  block(one: number, other: number): boolean {
    if (one === other || this.#blocks.has(`${one} ${other}`)) return false
    this.#blocks.add(`${one} ${other}`)
    return true
  }

  unblock(one: number, other: number): boolean {
    return this.#blocks.delete(`${one} ${other}`)
  }

  suspend(who: number, suspended: boolean): boolean {
    if (this.#suspended.has(who) === suspended) return false
    if (suspended) this.#suspended.add(who)
    else this.#suspended.delete(who)
    return true
  }

  /** All that is pending for them becomes available. */
  clear(who: number): void {
    for (const { paid } of this.#rows.values())
      for (const part of paid) if (part.to === who) part.cleared = true
  }

  /** @param known reposts (member, post) whose id somebody could have heard of */
  wish({ actor, post, kind, on, via }: Wish, known: ReadonlySet<string>): Answer {
    const row = this.#rows.get(`${actor} ${post} ${kind}`)
    const { author } = POSTS[post]!
    if (!on) {
      if (row?.on && kind !== 'read') this.#off(actor, row)
      return this.#answer(row)
    }
    if (this.#suspended.has(actor)) return { ok: false, code: 'suspended' }
    if (this.#blocked(actor, author)) return { ok: false, code: 'blocked' }
    if (row?.on) return this.#answer(row)
    const sharer = this.#sharer(actor, post, via, known)
    if (via !== 'none' && sharer === undefined) return { ok: false, code: 'invalid_via' }
    const now = row ?? { post, kind, on: true, unfunded: false, reversals: 0, paid: [], sharer }
    this.#rows.set(`${actor} ${post} ${kind}`, now)
    now.on = true
    now.sharer = sharer
    this.#pay(actor, now)
    return this.#answer(now)
  }

  #sharer(actor: number, post: number, via: Wish['via'], known: ReadonlySet<string>): number | undefined {
    if (via === 'none') return undefined
    const who = via === 'quote' ? POSTS[post]!.quotedBy : via
    if (who === actor || who === POSTS[post]!.author) return undefined
    if (via === 'quote') return who
    return known.has(`${who} ${post}`) && this.#rows.get(`${who} ${post} repost`)?.on ? who : undefined
  }

  #pay(actor: number, row: Row & { post: number; kind: Kind }): void {
    row.unfunded = false
    if (row.paid.length > 0 || row.reversals >= 3) return
    const due = this.#split(RATES[row.kind], row.post, row.sharer).filter(
      ([to, nano]) => nano > 0n && to !== actor && !this.#suspended.has(to) && !this.#blocked(actor, to),
    )
    const sum = due.reduce((all, [, nano]) => all + nano, 0n)
    if (sum === 0n) return
    const own = this.#own[actor]!
    const from = own.budget >= sum ? 'budget' : own.pledge >= sum ? 'pledge' : undefined
    if (!from) {
      row.unfunded = true
      return
    }
    own[from] -= sum
    row.paid = due.map(([to, nano]) => ({ to, nano, from, cleared: false }))
  }

  /** A tenth to who shared, rounded down; the rest by basis points, odd nanos to the largest remainders, first come first. */
  #split(rate: bigint, post: number, sharer: number | undefined): [number, bigint][] {
    const tenth = sharer === undefined ? 0n : rate / 10n
    const rest = rate - tenth
    const { author, splits } = POSTS[post]!
    const among = splits.length > 0 ? splits : [[author, 10_000] as [number, number]]
    const parts = among.map(([who, bps], place) => ({
      ...{ who, place, nano: (rest * BigInt(bps)) / 10_000n, left: (rest * BigInt(bps)) % 10_000n },
    }))
    let odd = rest - parts.reduce((all, part) => all + part.nano, 0n)
    for (const part of parts.toSorted((a, b) => Number(b.left - a.left) || a.place - b.place))
      if (odd-- > 0n) part.nano++
    const authors = parts.map(({ who, nano }): [number, bigint] => [who, nano])
    return sharer === undefined ? authors : [[sharer, tenth], ...authors]
  }

  #off(actor: number, row: Row): void {
    row.on = false
    row.unfunded = false
    const back = row.paid.filter((part) => !part.cleared)
    for (const { from, nano } of back) this.#own[actor]![from] += nano
    if (back.length > 0) row.reversals++
    row.paid = row.paid.filter((part) => part.cleared)
  }

  #blocked(one: number, other: number): boolean {
    return this.#blocks.has(`${one} ${other}`) || this.#blocks.has(`${other} ${one}`)
  }

  #answer(row: Row | undefined): Answer {
    const credited = (row?.paid ?? []).reduce((all, part) => all + part.nano, 0n)
    return { ok: true, on: row?.on ?? false, credited, unfunded: row?.unfunded ?? false }
  }

  wallet(who: number) {
    const mine = [...this.#rows.values()].flatMap((row) => row.paid).filter((part) => part.to === who)
    const sum = (parts: Paid[]) => parts.reduce((all, part) => all + part.nano, 0n)
    return {
      ...this.#own[who]!,
      pending: sum(mine.filter((part) => !part.cleared)),
      available: sum(mine.filter((part) => part.cleared)),
      earnedTotal: sum(mine),
    }
  }

  counters(post: number) {
    const rows = [...this.#rows.values()].filter((row) => row.post === post)
    const on = (kind: Kind) => rows.filter((row) => row.kind === kind && row.on).length
    const earned = rows.flatMap((row) => row.paid).reduce((all, part) => all + part.nano, 0n)
    return { likes_count: on('like'), reposts_count: on('repost'), earned }
  }
}
