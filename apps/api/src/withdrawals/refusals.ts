import { problem } from '../errors/problem.ts'

/** What the refusals of withdrawals mean here, and what to do. */
export const DETAIL = {
  invalid_recipient: 'Neither the zero address nor the vault nor the token can be withdrawn to.',
  recipient_not_own:
    'To another address it takes the `push` lane and a signature: ask for a quote, and sign its typed data.',
  too_many_places: 'The token cannot carry that many decimal places: see `asset.decimals` of the network.',
  below_minimum: 'The smallest withdrawal is `minWithdrawal` of the network.',
  insufficient_funds: 'Your `available` does not cover the amount.',
  bad_signature:
    'Your address has signed no quote of yours for this amount and address. Only your 10 newest quotes are known.',
  nonce_used: 'This quote has been used: ask for another one, and sign that.',
  expired: 'The deadline of this quote is over: ask for another one, and sign that.',
  frozen: 'The vault has frozen. Leave by its `exit`, with your last proof and your exit secret.',
} as const

/** Why a withdrawal is not cancelled. */
export const CANCEL_DETAIL = {
  withdrawal_not_found: 'You have no withdrawal of this id.',
  not_cancellable:
    'Only what is `requested` or `held` can be cancelled, and nothing that an exit of yours has made.',
} as const

/** The field that is at fault, as a JSON pointer. */
export const FIELD: Partial<Record<keyof typeof DETAIL, string>> = {
  invalid_recipient: '#/to',
  recipient_not_own: '#/to',
  too_many_places: '#/amount',
  below_minimum: '#/amount',
  bad_signature: '#/signature',
  nonce_used: '#/signature',
  expired: '#/signature',
}

/** A refusal, to be thrown, with the field at fault. */
export function refused(code: keyof typeof DETAIL, field = FIELD[code]) {
  const detail = DETAIL[code]
  return problem(code, detail, field ? { faults: [{ pointer: field, detail }] } : {})
}
