import type { InteractionKind } from '../../src/interactions/rules.ts'
import type { Rules } from '../../src/rules.ts'

/**
 * Somebody in the model; the id is their place. `since`: days before the first day, of their first sign-in;
 * `pledge`: of the deposit; `budget`: beside it. Nano.
 */
export type Person = { since: number; deposit: bigint; pledge?: bigint; budget?: bigint }

/** A post; by `splits` also its co-authors', in basis points. */
export type Post = { author: number; splits?: readonly { who: number; bps: number }[] }

/** A campaign of somebody who is not in the model, or, by `sponsor`, who is. Nano. */
export type Campaign = { sponsor?: number; price: bigint; budget: bigint; cap: number }

export type World = {
  people: readonly Person[]
  posts: readonly Post[]
  campaigns: readonly Campaign[]
  /** Nano of the operator's in `pool:grants`, and in `platform:revenue`. */
  pool: bigint
  revenue: bigint
}

/** What somebody does. Numbers are places in the world; amounts nano. */
export type Deed =
  | { do: 'pledge'; who: number; amount: bigint }
  | { do: 'unpledge'; who: number }
  | { do: 'act'; who: number; post: number; kind: InteractionKind; on: boolean; sharer?: number | undefined }
  | { do: 'view'; who: number; campaign: number; post: number; ms: number; served: boolean; times: number }
  | { do: 'pay'; who: number; post: number; amount: bigint; for: 'tip' | 'subscription' | 'unlock' }
  | { do: 'grant'; who: number }
  | { do: 'block'; who: number; whom: number }
  | { do: 'void'; who: number; daysAgo: number }
  | { do: 'night' }

/** What somebody was credited, and by whom. `payer` is absent when it was a sponsor from outside. */
export type Credit = {
  payer: number | undefined
  /** Account it came from. */
  from: string
  receiver: number
  gross: bigint
  kind: InteractionKind | 'view'
  period: bigint
  hold: keyof Rules['holds']
  closing: boolean
  /** Interaction or view. */
  of: object
  state: 'pending' | 'cleared' | 'reversed'
}
