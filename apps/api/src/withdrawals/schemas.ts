import { z } from 'zod'
import { Address, AddressIn, AmountIn, AmountOut, Id, Time, text } from '../http/schemas.ts'
import { WithdrawalTypedData } from './typed-data.ts'

const Lane = z.enum(['push', 'pull'])

const LaneIn = Lane.optional().meta({
  description:
    '`push`: paid to the address. `pull`: yours to claim from the vault with a proof. `push` unless said.',
})

export const WithdrawalBody = z
  .strictObject({
    amount: AmountIn,
    to: AddressIn.optional().meta({ description: 'Your own address unless said.' }),
    lane: LaneIn,
    signature: text({ max: 20_000 }).optional().meta({
      description:
        'To another address: of the typed data of a quote, by your key or your contract; 0x and hex.',
    }),
  })
  .meta({ id: 'WithdrawalRequest' })

export const QuoteBody = z
  .strictObject({
    amount: AmountIn,
    to: AddressIn,
    lane: Lane.optional().meta({ description: 'To another address `push` only.' }),
  })
  .meta({ id: 'WithdrawalQuoteRequest' })

export const QuoteAnswer = z
  .object({ typedData: WithdrawalTypedData, expiresAt: Time })
  .meta({ id: 'WithdrawalQuote' })

export const Status = z.enum([
  'requested',
  'held',
  'settling',
  'submitted',
  'confirmed',
  'cancelled',
  'owed',
  'refunded',
])

export const WithdrawalAnswer = z
  .object({
    id: Id,
    status: Status,
    amount: AmountOut,
    to: Address,
    lane: Lane,
    txHash: z.string().nullable().meta({
      description:
        'Of the transaction that pays it, once it is signed; in the pull lane, of the claim that ended it.',
    }),
    epoch: z.int().nullable(),
    heldUntil: Time.optional().meta({ description: 'Only while it is `held`: when it goes on.' }),
    automatic: z.literal(true).optional().meta({ description: 'Only where your standing order made it.' }),
  })
  .meta({ id: 'Withdrawal' })

export const AutoWithdrawalBody = z
  .strictObject({
    threshold: AmountIn.meta({ description: 'From so much `available` on …' }),
    rest: AmountIn.meta({ description: '… it is withdrawn down to this. May be "0".' }),
    lane: LaneIn,
  })
  .meta({ id: 'AutoWithdrawalRequest' })

export const AutoWithdrawalAnswer = z
  .object({ threshold: AmountOut, rest: AmountOut, lane: Lane })
  .meta({ id: 'AutoWithdrawal' })
