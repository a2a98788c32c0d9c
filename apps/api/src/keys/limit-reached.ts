import type { SpendLimitReached } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { refusal } from '../idempotency/idempotent.ts'
import type { Answer } from '../idempotency/once.ts'

/** The answer to a payment that its key's limit does not carry: what it still does, and until when. */
export function limitReached({ code, left, endsAt }: SpendLimitReached): Answer {
  const extension = { left: formatAmount(left), endsAt: endsAt.toISOString() }
  const detail = `This key may spend ${extension.left} more until ${extension.endsAt}; then ask again, with a new Idempotency-Key.`
  return refusal(code, detail, undefined, extension)
}
