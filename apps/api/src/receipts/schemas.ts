import { STREAMS, type Stream } from '@rivulet/economy'
import { z } from 'zod'
import { AmountOut, Id, Time } from '../http/schemas.ts'

const Party = z.union([z.object({ memberId: Id }), z.object({ pseudonym: z.string() })]).meta({
  id: 'Party',
  description:
    'You, or who may be known; else a pseudonym: always the same for the same two, and another towards everybody else.',
})

const StreamName = z.enum(Object.keys(STREAMS) as [Stream, ...Stream[]])
const Kind = z.enum(['like', 'read', 'comment', 'repost', 'view'])
const Count = z.int().meta({ minimum: 0 })

export const ReceiptPartAnswer = z
  .object({
    id: Id.meta({ description: 'Of the receipt.' }),
    place: Count.meta({ description: 'Among the parts of the receipt that you see.' }),
    actId: Id.nullable().meta({
      description: 'The act it is for, in whose order what cannot be divided is given; as its payer only.',
    }),
    payer: Party,
    receiver: Party,
    role: z.enum(['author', 'sharer', 'viewer']),
    stream: StreamName,
    kind: Kind,
    postId: Id.meta({ description: 'Acted on; of a view, the one beside it.' }),
    via: Id.nullable().meta({ description: 'The share it was reached through.' }),
    source: z.enum(['budget', 'pledge', 'campaign']),
    closing: z.boolean().meta({ description: "A share of what was left of a budget at its period's close." }),
    gross: AmountOut.meta({ description: 'Before the clearing fee.' }),
    budget: AmountOut.nullable().meta({ description: 'Of a closing credit: what was left, and split.' }),
    weight: Count,
    totalWeight: Count.meta({ description: "Of all the payer's acts the budget was split over." }),
    period: Count,
    ruleVersion: Count,
    hold: z.enum(['normal', 'young', 'views']),
    clearsAt: Time,
    status: z.enum(['pending', 'cleared', 'reversed']),
    at: Time,
  })
  .meta({ id: 'ReceiptPart' })

const DirectPart = z
  .object({ receiver: Party, gross: AmountOut, status: z.literal('cleared') })
  .meta({ id: 'PaymentPart', description: 'What arrived of a payment, after its fee, at once.' })

export const ReceiptAnswer = z
  .object({
    id: Id,
    type: z.enum([
      ...([
        'credit',
        'closing',
        'view',
        'reversal',
        'clearing',
        'tip',
        'unlock',
        'subscription',
        'grant',
      ] as const),
      'movement',
    ]),
    at: Time,
    payer: Party.nullable().meta({ description: 'Null: several, or nobody else.' }),
    postId: Id.nullable(),
    kind: Kind.nullable(),
    stream: StreamName.nullable().meta({ description: 'Null: several.' }),
    period: Count.nullable(),
    ruleVersion: Count.nullable(),
    closing: z.boolean(),
    amount: AmountOut.meta({ description: 'Of the parts you see and their fee, or of what moved.' }),
    fee: AmountOut.nullable(),
    view: z
      .object({
        campaignId: Id,
        price: AmountOut.nullable(),
        viewer: AmountOut.nullable(),
        budget: AmountOut.nullable().meta({ description: "The viewer's, to give away." }),
        author: AmountOut.nullable(),
        platform: AmountOut.nullable(),
      })
      .nullable()
      .meta({ description: 'What each has of a view; null what is not yours to see.' }),
    parts: z.array(z.union([ReceiptPartAnswer, DirectPart])).meta({
      description: 'The first 1,000; all of a period are at `GET /v1/wallet/receipts`.',
    }),
    partsTotal: Count,
  })
  .meta({ id: 'Receipt' })

export type ReceiptBody = z.infer<typeof ReceiptAnswer>
export type PartBody = z.infer<typeof ReceiptPartAnswer>
