import { type DepositPlace, depositsOf, type ListedDeposit } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Time } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'

const DepositAnswer = z
  .object({
    id: z
      .string()
      .nullable()
      .meta({ description: 'What entries of your statement name as `ref.id`; null while it is pending.' }),
    amount: AmountOut,
    status: z.enum(['pending', 'available']).meta({
      description:
        'Pending: its block is not final yet, and it may still vanish. Available: it was credited to you.',
    }),
    txHash: z.string(),
    block: z
      .int()
      .meta({ description: 'The number of its block. A pending deposit may move to another one.' }),
    at: Time.meta({ description: 'When it was credited; while it is pending, when it was seen.' }),
  })
  .meta({ id: 'Deposit' })

/** What was deposited for the viewer's address, also before it is credited. */
export async function depositsRoutes(app: App, { db, cursors, config, rules }: Deps): Promise<void> {
  app.get(
    '/wallet/deposits',
    operation({
      id: 'listDeposits',
      summary: 'Your deposits',
      description: 'Newest first, in the order of the chain; those whose block is not final yet are pending.',
      tag: 'wallet',
      session: 'required',
      query: ListQuery,
      answers: { 200: listOf(DepositAnswer) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId, address } = viewer(request)
      const whose = { chainId: BigInt(config.chain.id), account: address, unit: rules.unit }
      reply.header('cache-control', 'private, no-store')
      const { data, nextCursor } = await page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['deposits', memberId],
        ({ after, take }) => depositsOf(db.pool, whose, { before: placeOf(after), take }),
        ({ block, logIndex }) => `${block}.${logIndex}`,
      )
      return { data: data.map(present), nextCursor }
    },
  )
}

function placeOf(key: string | undefined): DepositPlace | undefined {
  const [block, logIndex] = key?.split('.') ?? []
  return block === undefined ? undefined : { block: BigInt(block), logIndex: Number(logIndex) }
}

function present({ id, amount, txHash, block, at }: ListedDeposit): z.infer<typeof DepositAnswer> {
  return {
    id,
    amount: formatAmount(amount),
    status: id === null ? 'pending' : 'available',
    txHash,
    block: Number(block),
    at: at.toISOString(),
  }
}
