import { GroupCommit } from '@rivulet/db'
import {
  type PledgeInput,
  type PledgeResult,
  pledge,
  unpledge,
  type Wallet,
  wallet,
  wallets,
} from '@rivulet/economy'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Address, AmountIn } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, type OnceRequest, type OnceResult, once } from '../idempotency/once.ts'
import { limitReached } from '../keys/limit-reached.ts'
import { depositsRoutes } from './deposits.ts'
import { earningsRoutes } from './earnings.ts'
import { entriesRoutes } from './entries.ts'
import { presentWallet, WalletAnswer } from './present.ts'

const PledgeBody = z.strictObject({ amount: AmountIn }).meta({ id: 'PledgeRequest' })

const DepositInstructions = z
  .object({
    chainId: z.int(),
    vault: Address,
    token: Address,
    member: Address.meta({ description: 'The account to deposit for: your own address.' }),
  })
  .meta({ id: 'DepositInstructions' })

const memberOf = ({ memberId }: PledgeInput) => memberId

/** What a member has, and the money they set aside for likes. */
export async function walletRoutes(app: App, deps: Deps): Promise<void> {
  const { db, config } = deps
  const pledges = new GroupCommit<OnceRequest<PledgeInput>, OnceResult>(db.hot, (tx, requests) =>
    once(tx, requests, async (tx, inputs) => {
      const results = await pledge(tx, inputs)
      return answersOf(inputs, results, await wallets(tx, inputs.map(memberOf)))
    }),
  )
  const returns = new GroupCommit<string, Wallet>(db.hot, async (tx, memberIds) => {
    await unpledge(tx, memberIds)
    const after = await wallets(tx, memberIds)
    return memberIds.map((id) => after.get(id) as Wallet)
  })
  app.addHook('onClose', async () => {
    await Promise.all([pledges.drain(), returns.drain()])
  })
  await entriesRoutes(app, deps)
  await earningsRoutes(app, deps)
  await depositsRoutes(app, deps)

  app.get(
    '/wallet',
    operation({
      id: 'getWallet',
      summary: 'What you have',
      tag: 'wallet',
      session: 'required',
      answers: { 200: WalletAnswer },
    }),
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store')
      return presentWallet(await wallet(db.pool, viewer(request).memberId))
    },
  )

  app.post(
    '/wallet/pledge',
    idempotent(
      operation({
        id: 'pledge',
        summary: 'Set money aside for likes',
        description:
          'Moves the amount from `available` to `pledge`. It is spent by your likes and comments, and never expires.',
        tag: 'wallet',
        session: 'required',
        scope: 'pay',
        body: PledgeBody,
        answers: { 200: WalletAnswer },
        refuses: [...ONCE_REFUSALS, 'insufficient_funds', 'spend_limit'],
      }),
    ),
    async (request, reply) => {
      const { memberId, key } = viewer(request)
      const input = { memberId, amount: amountAbove0(request.body.amount), key }
      const result = await pledges.submit(onceRequest(request, memberId, input))
      return sendOnce(reply, result) as z.infer<typeof WalletAnswer>
    },
  )

  app.delete(
    '/wallet/pledge',
    operation({
      id: 'unpledge',
      summary: 'Take the rest of your pledge back',
      tag: 'wallet',
      session: 'required',
      scope: 'pay',
      answers: { 200: WalletAnswer },
    }),
    async (request) => presentWallet(await returns.submit(viewer(request).memberId)),
  )

  app.get(
    '/wallet/deposit-instructions',
    operation({
      id: 'getDepositInstructions',
      summary: 'How to deposit',
      description:
        "`approve` the vault on the token, then call the vault's `deposit(address account, uint256 amount)` with your address as account. `GET /v1/wallet/deposits` shows it as pending when it is in a block, and it is available once that block is final.",
      tag: 'wallet',
      session: 'required',
      answers: { 200: DepositInstructions },
    }),
    async (request) => ({
      chainId: config.chain.id,
      vault: config.chain.vault,
      token: config.chain.token,
      member: viewer(request).address,
    }),
  )
}

/**
 * Each pledge is answered with the wallet right after it. The wallets are read once, after the last of the batch, so
 * the later pledges of the same member are taken off again.
 */
function answersOf(pledges: PledgeInput[], results: PledgeResult[], after: Map<string, Wallet>): Answer[] {
  return pledges
    .map((_, i) => i)
    .reverse()
    .map((i): Answer => {
      const { memberId, amount } = pledges[i] as PledgeInput
      const result = results[i] as PledgeResult
      if (!result.ok) return result.code === 'spend_limit' ? limitReached(result) : refusal(result.code)
      const now = after.get(memberId) as Wallet
      after.set(memberId, { ...now, available: now.available + amount, pledge: now.pledge - amount })
      return { status: 200, body: presentWallet(now) }
    })
    .reverse()
}
