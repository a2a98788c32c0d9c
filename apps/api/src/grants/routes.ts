import { withTransaction } from '@rivulet/db'
import { type GrantResult, grant } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Id, Time } from '../http/schemas.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, once } from '../idempotency/once.ts'

const GrantAnswer = z.object({ id: Id, amount: AmountOut, createdAt: Time }).meta({ id: 'Grant' })

/** Operator money into one's own budget, where the operator gives any. */
export async function grantsRoutes(app: App, { db, rules }: Deps): Promise<void> {
  app.post(
    '/wallet/grants',
    idempotent(
      operation({
        id: 'requestGrant',
        summary: 'Ask for a grant',
        description:
          'Adds `grants.amount` of `GET /v1/rules` to your budget, for your likes to give away. For members who may be paid viewers, within the caps of member and day, of the day, and in all.',
        tag: 'wallet',
        session: 'required',
        answers: { 201: GrantAnswer },
        refuses: [...ONCE_REFUSALS, 'grants_off', 'suspended', 'not_eligible', 'grant_cap'],
      }),
    ),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const [result] = await withTransaction(db.pool, (tx) =>
        once(tx, [onceRequest(request, memberId, { memberId })], async (tx, inputs) =>
          (await grant(tx, rules, inputs)).map(answerOf),
        ),
      )
      if (!result) throw new Error('a grant was not answered')
      return sendOnce(reply, result) as z.infer<typeof GrantAnswer>
    },
  )
}

const DETAIL = {
  grants_off: 'The operator of this deployment gives no grants.',
  suspended: 'You are suspended: clearing and withdrawing work as before.',
  not_eligible:
    'You have to have signed in first so long ago, and to hold so much of your own final deposits, as `views` of `GET /v1/rules` says.',
  grant_cap:
    'Your cap of the day, that of the day, that of all time or the pool is used up: try again tomorrow.',
} as const

function answerOf(result: GrantResult): Answer {
  if (!result.ok) return refusal(result.code, DETAIL[result.code])
  const { id, amount, createdAt } = result.grant
  return { status: 201, body: { id, amount: formatAmount(amount), createdAt: createdAt.toISOString() } }
}
