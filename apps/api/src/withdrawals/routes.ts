import { isId, type Tx, withTransaction } from '@rivulet/db'
import { cancelWithdrawal, quoteWithdrawal, type RequestInput, requestWithdrawal } from '@rivulet/economy'
import { getAddress, ZeroAddress } from 'ethers'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, one, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, once } from '../idempotency/once.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { autoWithdrawalRoutes } from './auto-routes.ts'
import { CANCEL_DETAIL, DETAIL, FIELD, refused } from './refusals.ts'
import { QuoteAnswer, QuoteBody, WithdrawalAnswer, WithdrawalBody } from './schemas.ts'
import { signedQuote } from './signed-quote.ts'
import { withdrawalsOf } from './store.ts'
import { typedDataOf } from './typed-data.ts'

/** Withdrawals: quoted, requested, looked at, cancelled while no epoch has taken them; and made by themselves. */
export async function withdrawalsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, rules, config } = deps
  const forbidden = [ZeroAddress, getAddress(config.chain.vault), getAddress(config.chain.token)]
  const tag = 'withdrawals'
  const session = 'required'

  type Wish = Omit<RequestInput, 'destinations'> & { own: string }
  async function request(tx: Tx, { own, ...wish }: Wish): Promise<Answer> {
    const { memberId } = wish
    const result = await requestWithdrawal(tx, rules, { ...wish, destinations: { own, forbidden } })
    if (!result.ok) return refusal(result.code, DETAIL[result.code], FIELD[result.code])
    const [withdrawal] = await withdrawalsOf(tx, memberId, { id: result.id, take: 1 })
    return { status: 202, body: withdrawal }
  }

  await autoWithdrawalRoutes(app, deps)

  app.post(
    '/wallet/withdrawals/quote',
    operation({
      id: 'quoteWithdrawal',
      summary: 'Ask for what to sign, to withdraw to another address',
      description:
        'Typed data (EIP-712) to sign with `eth_signTypedData_v4`; then request the withdrawal with the same amount and ' +
        'address and the signature. Good once, for ten minutes. Your 10 newest quotes are good, older ones are not.',
      tag,
      session,
      scope: 'session',
      body: QuoteBody,
      answers: { 200: QuoteAnswer },
      refuses: ['invalid_recipient', 'recipient_not_own', 'too_many_places', 'below_minimum', 'frozen'],
    }),
    async (req, reply) => {
      const { memberId, address: own } = viewer(req)
      const to = getAddress(req.body.to.toLowerCase())
      const amount = amountAbove0(req.body.amount)
      const result = await withTransaction(db.pool, (tx) =>
        quoteWithdrawal(tx, rules, {
          ...{ memberId, amount, to, lane: req.body.lane ?? 'push' },
          destinations: { own, forbidden },
        }),
      )
      if (!result.ok) throw refused(result.code)
      reply.header('cache-control', 'no-store')
      const quoted = { account: own, to, amount: amount / rules.unit, ...result.quote }
      return {
        typedData: typedDataOf(config.chain, quoted),
        expiresAt: result.quote.expiresAt.toISOString(),
      }
    },
  )

  app.post(
    '/wallet/withdrawals',
    idempotent(
      operation({
        id: 'requestWithdrawal',
        summary: 'Withdraw',
        description:
          'To your own address, or to another one with the signature of a quote. Accepted, and settled with the next ' +
          'epoch: read it again to see how far it is. The first withdrawal to another address is `held` for a while, and ' +
          'can be cancelled; then it goes on by itself.',
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
          'bad_signature',
          'nonce_used',
          'expired',
          'frozen',
        ],
      }),
    ),
    async (req, reply) => {
      const { memberId, address: own } = viewer(req)
      const to = req.body.to === undefined ? own : getAddress(req.body.to.toLowerCase())
      const { lane = 'push', signature } = req.body
      const wish: Wish = { memberId, own, to, lane, amount: amountAbove0(req.body.amount) }
      if (to !== own && signature !== undefined) wish.quote = await signedQuote(deps, wish, signature)
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
      reply.header('cache-control', 'private, no-store')
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
    async (req, reply) => {
      reply.header('cache-control', 'private, no-store')
      return own(deps, viewer(req).memberId, req.params.id)
    },
  )

  app.delete(
    '/wallet/withdrawals/:id',
    operation({
      id: 'cancelWithdrawal',
      summary: 'Cancel a withdrawal',
      description:
        'Possible while it is `requested` or `held`. The money is available again. One that your standing order made is ' +
        'made again, unless you have ended the order.',
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
      if (!result.ok) throw problem(result.code, CANCEL_DETAIL[result.code])
      return own(deps, memberId, id)
    },
  )
}

async function own({ db }: Deps, memberId: string, id: string): Promise<z.infer<typeof WithdrawalAnswer>> {
  const [withdrawal] = isId(id) ? await withdrawalsOf(db.pool, memberId, { id, take: 1 }) : []
  if (!withdrawal) throw problem('withdrawal_not_found')
  return withdrawal
}
