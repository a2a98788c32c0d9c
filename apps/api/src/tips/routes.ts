import { GroupCommit, isId } from '@rivulet/db'
import { type Tip, type TipInput, type TipResult, tip } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountIn, AmountOut, Id, Time, text } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, type OnceRequest, type OnceResult, once } from '../idempotency/once.ts'
import { limitReached } from '../keys/limit-reached.ts'
import { tipListRoutes } from './lists.ts'

const TipBody = z
  .strictObject({
    postId: Id.optional(),
    memberId: Id.optional(),
    amount: AmountIn,
    message: text({ max: 500 }).optional(),
    anonymous: z
      .boolean()
      .optional()
      .meta({ description: "Hidden from the receiver's public, never from the books." }),
  })
  .refine((body) => (body.postId === undefined) !== (body.memberId === undefined), {
    message: 'name either postId or memberId',
    path: ['postId'],
  })
  .meta({ id: 'TipRequest' })

const TipAnswer = z
  .object({
    id: Id,
    amount: AmountOut,
    fee: AmountOut,
    net: AmountOut,
    parts: z.array(z.object({ memberId: Id, amount: AmountOut })),
    createdAt: Time,
  })
  .meta({ id: 'Tip' })

/** Tips: from `available` to `available`, less the fee, in one transaction with the answer that is kept. */
export async function tipsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, rules } = deps
  const writer = new GroupCommit<OnceRequest<TipInput>, OnceResult>(db.hot, (tx, requests) =>
    once(tx, requests, async (tx, inputs) => (await tip(tx, rules, inputs)).map(answerOf)),
  )
  app.addHook('onClose', () => writer.drain())
  await tipListRoutes(app, deps)

  app.post(
    '/tips',
    idempotent(
      operation({
        id: 'createTip',
        summary: 'Tip a post or a member',
        description:
          'A tip on a post is split as the post says. Parts of those who may not be paid by you (yourself, a block between ' +
          'you, suspended) are not taken: `amount` is what was.',
        tag: 'tips',
        session: 'required',
        scope: 'pay',
        body: TipBody,
        answers: { 201: TipAnswer },
        refuses: [
          ...ONCE_REFUSALS,
          'post_not_found',
          'member_not_found',
          'self_tip',
          'blocked',
          'suspended',
          'below_minimum',
          'insufficient_funds',
          'spend_limit',
        ],
      }),
    ),
    async (request, reply) => {
      const { postId, memberId, message, anonymous } = request.body
      if (postId !== undefined && !isId(postId)) throw problem('post_not_found')
      if (memberId !== undefined && !isId(memberId)) throw problem('member_not_found')
      const { memberId: payerId, key } = viewer(request)
      const to = postId !== undefined ? { postId } : { memberId: memberId as string }
      const input: TipInput = {
        payerId,
        to,
        amount: amountAbove0(request.body.amount),
        message,
        anonymous,
        key,
      }
      return sendOnce(reply, await writer.submit(onceRequest(request, payerId, input))) as z.infer<
        typeof TipAnswer
      >
    },
  )
}

const FIELD: Partial<Record<Extract<TipResult, { ok: false }>['code'], string>> = {
  post_not_found: '#/postId',
  member_not_found: '#/memberId',
  below_minimum: '#/amount',
}

function answerOf(result: TipResult): Answer {
  if (result.ok) return { status: 201, body: present(result.tip) }
  if (result.code === 'spend_limit') return limitReached(result)
  return refusal(result.code, undefined, FIELD[result.code])
}

function present({ id, amount, fee, net, parts, createdAt }: Tip): z.infer<typeof TipAnswer> {
  return {
    id,
    amount: formatAmount(amount),
    fee: formatAmount(fee),
    net: formatAmount(net),
    parts: parts.map((part) => ({ memberId: part.memberId, amount: formatAmount(part.amount) })),
    createdAt: createdAt.toISOString(),
  }
}
