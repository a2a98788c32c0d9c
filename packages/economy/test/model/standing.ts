import type { InteractionKind, InteractionState } from '../../src/interactions/rules.ts'
import type { Rules } from '../../src/rules.ts'
import type { Part } from '../../src/shares/rules.ts'
import { ownDeposit, type Viewer } from '../../src/views/rules.ts'
import { Books } from './books.ts'
import { LAWS, type Laws } from './laws.ts'
import type { Credit, Post, World } from './world.ts'

export type Act = InteractionState & {
  kind: InteractionKind
  post: number
  period: bigint
  sharer: number | undefined
  closings: Credit[]
}
export type View = {
  who: number
  campaign: number
  day: number
  budget: bigint
  platform: bigint
  voided: boolean
}

export const DAY = 86_400
export const account = (who: number, name: string) => `${who}:${name}`

/** Where everybody stands in the model: the books, what was credited, and who may do what. */
export class Standing {
  readonly books = new Books()
  readonly credits: Credit[] = []
  /** Tips, subscriptions and unlocks: what a receiver had, after the fee. */
  readonly payments: { payer: number; receiver: number; amount: bigint }[] = []
  readonly grants: { who: number; day: number; amount: bigint }[] = []
  /** What closes split, and what of it was charged. */
  readonly closes: { who: number; left: bigint; paid: bigint }[] = []
  /** Of each campaign, what the platform paid for voids beyond its own part. */
  readonly borne: bigint[]
  day = 0
  readonly world: World
  readonly rules: Rules
  readonly laws: Laws
  protected readonly acts: Map<string, Act>[]
  protected readonly views: View[][]
  protected readonly blocks = new Set<string>()
  protected readonly idle = new Map<number, number>()
  protected readonly cleared = new Map<string, { gross: bigint; fee: bigint }>()
  protected pending: Credit[] = []

  constructor(world: World, rules: Rules, laws: Laws = LAWS) {
    this.world = world
    this.rules = rules
    this.laws = laws
    this.acts = world.people.map(() => new Map())
    this.views = world.people.map(() => [])
    this.borne = world.campaigns.map(() => 0n)
    for (const [who, { deposit, pledge = 0n, budget = 0n }] of world.people.entries()) {
      this.books.move('outside', account(who, 'available'), deposit)
      this.move(account(who, 'available'), account(who, 'pledge'), pledge)
      this.books.move('outside', account(who, 'budget'), budget)
    }
    for (const [i, { sponsor, budget }] of world.campaigns.entries()) {
      if (sponsor === undefined) this.books.move('outside', `campaign:${i}`, budget)
      else this.move(account(sponsor, 'available'), `campaign:${i}`, budget)
    }
    this.books.move('outside', 'grants', world.pool)
    this.books.move('outside', 'revenue', world.revenue)
  }

  /** What clearing has taken of somebody so far, nano. */
  clearingFees(who: number): bigint {
    let fees = 0n
    for (const [key, { fee }] of this.cleared) if (key.startsWith(`${who} `)) fees += fee
    return fees
  }

  /** All that is somebody's, nano; what is left of their campaigns too. */
  wealth(who: number): bigint {
    const own = ['available', 'pending', 'budget', 'pledge'].reduce(
      (sum, name) => sum + this.has(who, name),
      0n,
    )
    return this.world.campaigns.reduce(
      (sum, { sponsor }, i) => (sponsor === who ? sum + this.books.of(`campaign:${i}`) : sum),
      own,
    )
  }

  has(who: number, name: string): bigint {
    return this.books.of(account(who, name))
  }

  /** Moves as much of it as there is. */
  protected move(debit: string, credit: string, wish: bigint): void {
    const has = this.books.of(debit)
    this.books.move(debit, credit, wish < has ? wish : has)
  }

  protected barred(who: number): Set<string> {
    const barred = new Set<string>()
    for (const pair of this.blocks) {
      const [one, other] = pair.split(' ')
      if (one === `${who}`) barred.add(other!)
      if (other === `${who}`) barred.add(one!)
    }
    return barred
  }

  protected receivers(post: Post, sharer?: number) {
    return {
      authorId: `${post.author}`,
      splits: (post.splits ?? []).map(({ who, bps }) => ({ memberId: `${who}`, bps })),
      sharerId: sharer === undefined ? undefined : `${sharer}`,
    }
  }

  protected young(who: number): boolean {
    return (this.world.people[who]!.since + this.day) * DAY < this.rules.youngSeconds
  }

  protected credit(
    parts: readonly Part[],
    credit: Omit<Credit, 'receiver' | 'gross' | 'period' | 'hold' | 'state'>,
  ): Credit[] {
    return parts.map(({ receiverId, amount }) => {
      const receiver = Number(receiverId)
      const young = this.young(receiver) || (credit.payer !== undefined && this.young(credit.payer))
      const hold =
        credit.kind === 'view' ? this.laws.viewHold(young, this.rules.holds) : young ? 'young' : 'normal'
      this.books.move(credit.from, account(receiver, 'pending'), amount)
      const made: Credit = {
        ...credit,
        receiver,
        gross: amount,
        period: BigInt(this.day),
        hold,
        state: 'pending',
      }
      this.credits.push(made)
      this.pending.push(made)
      return made
    })
  }

  protected reverse(credit: Credit): void {
    this.books.move(account(credit.receiver, 'pending'), credit.from, credit.gross)
    credit.state = 'reversed'
  }

  protected viewer(who: number): Viewer {
    const { since, deposit } = this.world.people[who]!
    return {
      signedInSeconds: (since + this.day) * DAY,
      ownDeposit: ownDeposit({
        deposited: deposit,
        available: this.has(who, 'available'),
        pledge: this.has(who, 'pledge'),
      }),
      barred: false,
    }
  }
}
