/** The book's own key of an account. It never changes once the account is open. */
export type AccountId = bigint

/**
 * The one account without a floor. It mirrors what is held outside the book, so it is as far below zero as all other
 * accounts together are above it.
 */
export const RESERVE = 'chain:reserve'

/** Signed balances in nano by ref; a ref that was never opened is absent. */
export type Balances = Map<string, bigint>
