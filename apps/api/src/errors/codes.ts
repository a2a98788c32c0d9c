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
  key_expired: { status: 401, title: 'The API key has expired, or has a newer secret' },
  bad_signature: { status: 401, title: 'The signature is not by the address in the message' },
  nonce_used: { status: 401, title: 'The nonce was used, has expired or was never handed out' },
  domain_mismatch: { status: 401, title: 'The message is not addressed to this deployment' },
  expired: { status: 401, title: 'The message is not valid at this time' },

  // It costs money.
  payment_required: { status: 402, title: 'The text has a price' },

  // Known, and not allowed.
  insufficient_scope: { status: 403, title: 'The credential does not reach that far' },
  ip_not_allowed: { status: 403, title: 'The API key is not for use from this address' },
  blocked: { status: 403, title: 'One of the two has blocked the other' },
  suspended: { status: 403, title: 'The member is suspended' },
  not_author: { status: 403, title: 'Only its author may do that' },

  not_found: { status: 404, title: 'There is nothing here' },
  member_not_found: { status: 404, title: 'There is no such member' },
  post_not_found: { status: 404, title: 'There is no such post' },
  campaign_not_found: { status: 404, title: 'There is no such campaign' },
  subscription_not_found: { status: 404, title: 'There is no such subscription' },
  key_not_found: { status: 404, title: 'There is no such API key' },
  session_not_found: { status: 404, title: 'There is no such session' },
  receipt_not_found: { status: 404, title: 'There is no such receipt' },
  grants_off: { status: 404, title: 'This deployment gives no grants' },
  epoch_not_found: { status: 404, title: 'There is no such epoch' },
  epoch_pruned: { status: 404, title: 'What this epoch said is no longer kept' },
  leaf_not_found: { status: 404, title: 'You have no leaf in this epoch' },
  withdrawal_not_found: { status: 404, title: 'There is no such withdrawal' },
  webhook_not_found: { status: 404, title: 'There is no such webhook' },
  delivery_not_found: { status: 404, title: 'There is no such delivery' },
  auto_withdrawal_not_found: { status: 404, title: 'Nothing is withdrawn automatically' },

  // It contradicts what is.
  handle_taken: { status: 409, title: 'Another member has this handle' },
  handle_confusable: { status: 409, title: 'It looks like a handle of another member' },
  too_many_handles: { status: 409, title: 'As many handles are kept for this member as there may be' },
  frozen: { status: 409, title: 'The vault is in exit mode: leave with your leaf and proof' },
  insufficient_funds: { status: 409, title: 'There is not enough money for this' },
  idempotency_in_progress: { status: 409, title: 'The first request with this key is still running' },
  not_cancellable: { status: 409, title: 'It is too late to cancel this' },
  campaign_closed: { status: 409, title: 'The campaign is closed' },
  already_disputed: { status: 409, title: 'The day is disputed already' },
  not_disputable: { status: 409, title: 'The money of that day is not pending any more' },
  grant_cap: { status: 409, title: 'A cap on grants is reached' },
  not_eligible: { status: 409, title: 'Not eligible for paid views, and so for grants' },
  too_many_keys: { status: 409, title: 'There are as many API keys as a member may have' },
  key_ended: { status: 409, title: 'The API key was revoked or has expired' },
  too_many_rotations: {
    status: 409,
    title: 'There are as many former secrets as may go on beside the newest',
  },
  too_many_webhooks: { status: 409, title: 'There are as many webhooks as a member may have' },
  webhook_disabled: { status: 409, title: 'The webhook is disabled' },
  already_subscribed: { status: 409, title: 'There is a subscription to this member already' },
  too_many_bookmarks: { status: 409, title: 'There are as many bookmarks as a member may have' },
  too_many_subscriptions: { status: 409, title: 'There are as many subscriptions as a member may have' },
  not_past_due: { status: 409, title: 'Only a subscription that is past due can be resumed' },
  spend_limit: { status: 409, title: 'The spending limit is reached' },
  token_expired: { status: 410, title: 'The token has expired' },

  precondition_failed: { status: 412, title: 'It was changed since it was read' },

  body_too_large: { status: 413, title: 'The body is larger than this call takes' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },

  // It breaks a schema or a rule.
  validation_failed: { status: 422, title: 'The request breaks the schema of this call' },
  idempotency_mismatch: { status: 422, title: 'This key was used with another body' },
  handle_reserved: { status: 422, title: 'Nobody may have this handle' },
  self_follow: { status: 422, title: 'Nobody follows themselves' },
  self_tip: { status: 422, title: 'Nobody tips themselves' },
  self_block: { status: 422, title: 'Nobody blocks themselves' },
  self_mute: { status: 422, title: 'Nobody mutes themselves' },
  self_consent: { status: 422, title: 'Nobody needs their own consent' },
  self_subscription: { status: 422, title: 'Nobody subscribes to themselves' },
  self_unlock: { status: 422, title: 'It is your own article' },
  not_for_sale: { status: 422, title: 'The post has no price' },
  split_not_consented: { status: 422, title: 'Somebody has not agreed to be listed in the splits' },
  invalid_splits: { status: 422, title: 'The splits do not make a whole' },
  invalid_via: { status: 422, title: 'No live share of that post, served to you, has this id' },
  invalid_token: { status: 422, title: 'The token is none of this deployment, or not yours' },
  too_early: { status: 422, title: 'The token was returned before it could have been seen' },
  too_short: { status: 422, title: 'That is too short to count' },
  invalid_recipient: { status: 422, title: 'Money cannot go to this address' },
  recipient_not_own: { status: 422, title: 'The address is not your own, and this is for your own only' },
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
