import { isId, type Tx, withTransaction } from '@rivulet/db'
import { cancelWithdrawal, requestWithdrawal } from '@rivulet/economy'
import type { Amount } from '@rivulet/ledger'
import { getAddress, ZeroAddress } from 'ethers'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AddressIn, AmountIn, Id } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, one, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, once } from '../idempotency/once.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { WithdrawalAnswer, withdrawalsOf } from './store.ts'

const WithdrawalBody = z
  .strictObject({
    amount: AmountIn,
    to: AddressIn.optional().meta({ description: 'Your own address, which is also what it is without.' }),
    lane: z.literal('push').optional().meta({ description: 'Paid to you. The pull lane is not open yet.' }),
  })
  .meta({ id: 'WithdrawalRequest' })

const FIELD: Partial<Record<keyof typeof DETAIL, string>> = {
  invalid_recipient: '#/to',
  recipient_not_own: '#/to',
  too_many_places: '#/amount',
  below_minimum: '#/amount',
}

const DETAIL = {
  invalid_recipient: 'Neither the zero address nor the vault nor the token can be withdrawn to.',
  recipient_not_own: 'For now money is withdrawn to your own address only.',
  too_many_places: 'The token cannot carry that many decimal places: see `asset.decimals` of the network.',
  below_minimum: 'The smallest withdrawal is `minWithdrawal` of the network.',
  insufficient_funds: 'Your `available` does not cover the amount.',
  frozen: 'The vault pays by the last proven leaves only: call its `exit` with yours.',
} as const

/** Withdrawals to one's own wallet: requested, looked at, cancelled while no epoch has taken them. */
export async function withdrawalsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, rules, config } = deps
  const forbidden = [ZeroAddress, getAddress(config.chain.vault), getAddress(config.chain.token)]
  const tag = 'withdrawals'
  const session = 'required'

  type Wish = { memberId: string; own: string; to: string; amount: Amount }
  async function request(tx: Tx, { memberId, own, to, amount }: Wish): Promise<Answer> {
    const result = await requestWithdrawal(tx, rules, {
      memberId,
      amount,
      to,
      destinations: { own, forbidden },
    })
    if (!result.ok) return refusal(result.code, DETAIL[result.code], FIELD[result.code])
    const [withdrawal] = await withdrawalsOf(tx, memberId, { id: result.id, take: 1 })
    return { status: 202, body: withdrawal }
  }

  app.post(
    '/wallet/withdrawals',
    idempotent(
      operation({
        id: 'requestWithdrawal',
        summary: 'Withdraw to your wallet',
        description: 'Accepted, and settled with the next epoch: read it again to see how far it is.',
        tag,
        session,
        scope: 'session',
        body: WithdrawalBody,
        answers: { 202: WithdrawalAnswer },
        refuses: [
          ...ONCE_REFUSALS,
          'insufficient_funds',
          'frozen',
          'invalid_recipient',
          'recipient_not_own',
          'too_many_places',
          'below_minimum',
        ],
      }),
    ),
    async (req, reply) => {
      const { memberId, address: own } = viewer(req)
      const to = req.body.to === undefined ? own : getAddress(req.body.to.toLowerCase())
      const wish = { memberId, own, to, amount: amountAbove0(req.body.amount) }
      const [result] = await withTransaction(db.pool, (tx) =>
        once(tx, [onceRequest(req, memberId, wish)], one(request)),
      )
      if (!result) throw new Error('a withdrawal was not answered')
      return sendOnce(reply, result) as z.infer<typeof WithdrawalAnswer>
    },
  )

  app.get(
    '/wallet/withdrawals',
    operation({
      id: 'listWithdrawals',
      summary: 'Your withdrawals, newest first',
      tag,
      session,
      query: ListQuery,
      answers: { 200: listOf(WithdrawalAnswer) },
      refuses: ['invalid_cursor'],
    }),
    (req, reply) => {
      const { memberId: id } = viewer(req)
      const context = { cursors: deps.cursors, publicUrl: config.publicUrl }
      return page(
        req,
        reply,
        context,
        ['withdrawals', id],
        ({ after, take }) => withdrawalsOf(db.pool, id, { before: after, take }),
        (row) => row.id,
      )
    },
  )

  app.get(
    '/wallet/withdrawals/:id',
    operation({
      id: 'getWithdrawal',
      summary: 'One of your withdrawals',
      tag,
      session,
      params: z.strictObject({ id: Id }),
      answers: { 200: WithdrawalAnswer },
      refuses: ['withdrawal_not_found'],
    }),
    async (req) => own(deps, viewer(req).memberId, req.params.id),
  )

  app.delete(
    '/wallet/withdrawals/:id',
    operation({
      id: 'cancelWithdrawal',
      summary: 'Cancel a withdrawal',
      description: 'Possible while it is `requested` or `held`. The money is available again.',
      tag,
      session,
      scope: 'session',
      params: z.strictObject({ id: Id }),
      answers: { 200: WithdrawalAnswer },
      refuses: ['withdrawal_not_found', 'not_cancellable'],
    }),
    async (req) => {
      const { memberId } = viewer(req)
      const { id } = req.params
      if (!isId(id)) throw problem('withdrawal_not_found')
      const result = await withTransaction(db.pool, (tx) => cancelWithdrawal(tx, { memberId, id }))
      if (!result.ok) throw problem(result.code)
      return own(deps, memberId, id)
    },
  )
}

async function own({ db }: Deps, memberId: string, id: string): Promise<z.infer<typeof WithdrawalAnswer>> {
  const [withdrawal] = isId(id) ? await withdrawalsOf(db.pool, memberId, { id, take: 1 }) : []
  if (!withdrawal) throw problem('withdrawal_not_found')
  return withdrawal
}
