/** How money leaves the vault: paid to the recipient, or claimed by its member with a proof. */
export type WithdrawalLane = 'push' | 'pull'

/**
 * The states of a withdrawal, and where each may go. It begins as `requested`, or as `held`: the first time to an address.
 *
 *     (held) → requested → settling → submitted → confirmed
 *     requested | held → cancelled        settling | submitted → owed (the recipient refused)
 *     settling | submitted → refunded     owed → confirmed (collected from the vault)
 *     settling → requested (its epoch came to nothing)
 *     in the pull lane: requested → settling → owed (claimable) → confirmed (claimed)
 */
export const TRANSITIONS = {
  requested: ['settling', 'cancelled'],
  held: ['requested', 'cancelled'],
  settling: ['requested', 'submitted', 'confirmed', 'owed', 'refunded'],
  submitted: ['confirmed', 'owed', 'refunded'],
  confirmed: [],
  cancelled: [],
  owed: ['confirmed'],
  refunded: [],
} as const

export type WithdrawalStatus = keyof typeof TRANSITIONS

/** What no state follows: a withdrawal in any other is unfinished. */
export const ENDED: readonly WithdrawalStatus[] = (Object.keys(TRANSITIONS) as WithdrawalStatus[]).filter(
  (status) => TRANSITIONS[status].length === 0,
)

/** The states from which a withdrawal may come to `to`. */
export function statesBefore(to: WithdrawalStatus): WithdrawalStatus[] {
  return (Object.keys(TRANSITIONS) as WithdrawalStatus[]).filter((from) =>
    (TRANSITIONS[from] as readonly WithdrawalStatus[]).includes(to),
  )
}

/**
 * The legs of a withdrawal's transfers, all under the withdrawal's id.
 *
 * An epoch that takes it posts `settle`, and what then becomes of it there `settle + 1`: it is given back, or can be
 * claimed, so never both. Taken again after it was given back once, it has the next two legs, and so on.
 */
export const WITHDRAWAL_LEG = { request: 0, cancel: 1, settle: 2 } as const
