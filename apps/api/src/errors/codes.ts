/**
 * Every refusal this API can answer with. A code is for ever: clients branch on it. The title says what it means in
 * general, the `detail` of an answer what it means here.
 */
export const PROBLEMS = {
  // The request cannot be read.
  malformed_request: { status: 400, title: 'The request cannot be read' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  idempotency_key_required: { status: 400, title: 'This call needs an Idempotency-Key' },

  // Who is asking?
  unauthenticated: { status: 401, title: 'No session, or one that has ended' },
  bad_signature: { status: 401, title: 'The signature is not by the address in the message' },
  nonce_used: { status: 401, title: 'The nonce was used, has expired or was never handed out' },
  domain_mismatch: { status: 401, title: 'The message is not addressed to this deployment' },
  expired: { status: 401, title: 'The message is not valid at this time' },

  // Known, and not allowed.
  insufficient_scope: { status: 403, title: 'The credential does not reach that far' },
  blocked: { status: 403, title: 'One of the two has blocked the other' },
  suspended: { status: 403, title: 'The member is suspended' },
  not_author: { status: 403, title: 'Only its author may do that' },

  not_found: { status: 404, title: 'There is nothing here' },
  member_not_found: { status: 404, title: 'There is no such member' },
  post_not_found: { status: 404, title: 'There is no such post' },
  withdrawal_not_found: { status: 404, title: 'There is no such withdrawal' },

  // It contradicts what is.
  handle_taken: { status: 409, title: 'Another member has this handle' },
  insufficient_funds: { status: 409, title: 'There is not enough money for this' },
  idempotency_in_progress: { status: 409, title: 'The first request with this key is still running' },
  not_cancellable: { status: 409, title: 'It is too late to cancel this' },
  spend_limit: { status: 409, title: 'The spending limit is reached' },
  token_expired: { status: 410, title: 'The token has expired' },

  body_too_large: { status: 413, title: 'The body is larger than this call takes' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },

  // It breaks a schema or a rule.
  validation_failed: { status: 422, title: 'The request breaks the schema of this call' },
  idempotency_mismatch: { status: 422, title: 'This key was used with another body' },
  self_follow: { status: 422, title: 'Nobody follows themselves' },
  self_tip: { status: 422, title: 'Nobody tips themselves' },
  invalid_recipient: { status: 422, title: 'Money cannot go to this address' },
  recipient_not_own: { status: 422, title: 'Money goes to your own address only' },
  below_minimum: { status: 422, title: 'The amount is below the minimum' },
  too_many_places: { status: 422, title: 'The amount is finer than the token' },
  faucet_refused: { status: 422, title: 'The address refuses the money' },

  rate_limited: { status: 429, title: 'Too many requests' },

  internal_error: { status: 500, title: 'Something went wrong on this side' },
  overloaded: { status: 503, title: 'Too much is waiting: try again shortly' },
  unavailable: { status: 503, title: 'A part this call needs does not answer' },
  not_ready: { status: 503, title: 'Not ready to serve' },
} as const satisfies Record<string, { status: number; title: string }>

export type Code = keyof typeof PROBLEMS
