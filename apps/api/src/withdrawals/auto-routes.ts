import { withTransaction } from '@rivulet/db'
import {
  type AutoWithdrawal,
  autoWithdrawalOf,
  endAutoWithdrawal,
  orderAutoWithdrawal,
} from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { amountAbove0, amountOrNone } from '../idempotency/amount.ts'
import { AutoWithdrawalAnswer, AutoWithdrawalBody } from './schemas.ts'

const TOO_SMALL = 'must be above `rest` by at least `minWithdrawal` of the network'

/** A member's standing order to withdraw by itself. To their own address only: nobody signs anything. */
export async function autoWithdrawalRoutes(app: App, { db, rules }: Deps): Promise<void> {
  const about = { tag: 'withdrawals', session: 'required' } as const

  app.get(
    '/wallet/auto-withdrawal',
    operation({
      ...about,
      id: 'getAutoWithdrawal',
      summary: 'What you have withdrawn automatically',
      answers: { 200: AutoWithdrawalAnswer },
      refuses: ['auto_withdrawal_not_found'],
    }),
    async (req) => {
      const order = await autoWithdrawalOf(db.pool, viewer(req).memberId)
      if (!order) throw problem('auto_withdrawal_not_found', 'Give an order by PUT to this address.')
      return present(order)
    },
  )

  app.put(
    '/wallet/auto-withdrawal',
    operation({
      ...about,
      id: 'orderAutoWithdrawal',
      summary: 'Withdraw automatically',
      description:
        'As soon as `available` is at the threshold, what is above the rest is withdrawn to your own address, unless a ' +
        'withdrawal of yours is under way. Replaces the order given before.',
      scope: 'session',
      body: AutoWithdrawalBody,
      answers: { 200: AutoWithdrawalAnswer },
      refuses: ['below_minimum'],
    }),
    async (req) => {
      const order: AutoWithdrawal = {
        threshold: amountAbove0(req.body.threshold, '#/threshold'),
        rest: amountOrNone(req.body.rest, '#/rest'),
        lane: req.body.lane ?? 'push',
      }
      const { memberId } = viewer(req)
      const result = await withTransaction(db.pool, (tx) =>
        orderAutoWithdrawal(tx, rules, { memberId, ...order }),
      )
      if (!result.ok)
        throw problem(result.code, `threshold: ${TOO_SMALL}`, {
          faults: [{ pointer: '#/threshold', detail: TOO_SMALL }],
        })
      return present(order)
    },
  )

  app.delete(
    '/wallet/auto-withdrawal',
    operation({
      ...about,
      id: 'endAutoWithdrawal',
      summary: 'Withdraw by hand again',
      description: 'A withdrawal that is under way goes on.',
      scope: 'session',
      answers: { 204: NoContent },
    }),
    async (req, reply) => {
      await endAutoWithdrawal(db.pool, viewer(req).memberId)
      reply.code(204)
      return null
    },
  )
}

function present({ threshold, rest, lane }: AutoWithdrawal): z.infer<typeof AutoWithdrawalAnswer> {
  return { threshold: formatAmount(threshold), rest: formatAmount(rest), lane }
}
