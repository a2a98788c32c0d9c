import { Interface, isError } from 'ethers'

/** What the vault's own errors mean to whoever deposits or claims. */
const WORDS: Record<string, string> = {
  IsPaused: 'The vault is paused: it takes no deposits now. Try again later.',
  IsFrozen: 'The vault has frozen for good. Leave by its exit, with your last proof and your exit secret.',
  NothingToPay:
    'There is nothing to take: it was taken already, or the settlement that grants it is not active yet.',
  InvalidProof: 'A newer settlement has become active in between. Try again.',
  NotAccount: 'Only the account it belongs to can take it. Choose the one you signed in with.',
  TokenUnavailable: 'The token does not answer the vault. Try again later.',
}

/** The vault's errors that have words here. */
export const refusals = new Interface(Object.keys(WORDS).map((name) => `error ${name}()`))

/** What went wrong on the chain or in the wallet as an error in words; anything else as it is. */
export function inWords(error: unknown): unknown {
  if (isError(error, 'CALL_EXCEPTION')) {
    const name = error.data ? refusals.parseError(error.data)?.name : undefined
    const why = name === undefined ? undefined : WORDS[name]
    return new Error(why ?? `The chain refused it: ${error.reason ?? error.shortMessage}. Nothing was moved.`)
  }
  if (isError(error, 'INSUFFICIENT_FUNDS'))
    return new Error(
      "Your wallet has too little of the chain's own coin to pay for gas. Get some, then try again.",
    )
  if (isError(error, 'NETWORK_ERROR') || isError(error, 'TIMEOUT'))
    return new Error(
      "The chain's node does not answer. Look at your wallet before you try again: it may have been sent.",
    )
  return error
}
