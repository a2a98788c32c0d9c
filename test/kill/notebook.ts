/** A like as its member knows it. `credited`: an instant credit stands. */
export type LikeState = { on: boolean; reversals: number; credited: boolean }

/** What the API answers to a like or an unlike, as far as the member can tell beforehand. */
export type LikeAnswer = { liked: boolean; credited: string; unfunded: boolean }

const LIKE = '0.0005'

/** The rules of a like that is always funded: three reversals, and it pays no more (DESIGN: until three reversals). */
export function turned(state: LikeState, on: boolean): LikeState {
  if (state.on === on) return state
  if (on) return { ...state, on, credited: state.reversals < 3 }
  return { on, credited: false, reversals: state.reversals + (state.credited ? 1 : 0) }
}

export const answerOf = ({ on, credited }: LikeState): LikeAnswer => ({
  ...{ liked: on, credited: credited ? LIKE : '0', unfunded: false },
})

/**
 * What somebody knows of their own like: how it may stand. One way after an answer; after a request that was not
 * answered both, with its effect and without.
 */
export class KnownLike {
  possible: LikeState[] = [{ on: false, reversals: 0, credited: false }]

  /** The API answered. @returns false when no possible state explains the answer */
  answered(on: boolean, answer: LikeAnswer): boolean {
    const explaining = this.possible
      .map((state) => turned(state, on))
      .filter((state) => isEqual(answerOf(state), answer))
    if (explaining.length === 0) return false
    this.possible = distinct(explaining)
    return true
  }

  /** Nobody knows whether it took effect. */
  unanswered(on: boolean): void {
    this.possible = distinct([...this.possible, ...this.possible.map((state) => turned(state, on))])
  }

  /** The database says how it stands. @returns false when that cannot be */
  seen(state: LikeState): boolean {
    if (!this.possible.some((one) => isEqual(one, state))) return false
    this.possible = [state]
    return true
  }
}

/** A tip by its key. Amounts are decimals; fee and net are 2.5 % rounded up and the rest, worked out by hand. */
export type KnownTip = {
  key: string
  amount: string
  fee: string
  net: string
  payer: string
  receiver: string
  /** Its id, once it was answered. */
  id: string | null
}

export const TIPS = [
  { amount: '0.01', fee: '0.00025', net: '0.00975' },
  { amount: '0.003', fee: '0.000075', net: '0.002925' },
  { amount: '0.000000041', fee: '0.000000002', net: '0.000000039' },
] as const

const isEqual = (a: object, b: object) =>
  Object.entries(a).every(([name, value]) => (b as Record<string, unknown>)[name] === value)

function distinct(states: LikeState[]): LikeState[] {
  return states.filter((state, at) => states.findIndex((one) => isEqual(one, state)) === at)
}
