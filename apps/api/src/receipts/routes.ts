import { isId } from '@rivulet/db'
import { listParts, readReceipt } from '@rivulet/economy'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { presenterFor } from './present.ts'
import { createPseudonyms } from './pseudonym.ts'
import { ReceiptAnswer, ReceiptPartAnswer } from './schemas.ts'

const PeriodQuery = ListQuery.extend({
  period: z
    .string()
    .regex(/^(0|[1-9]\d{0,11})$/, 'must be the number of a period: seconds since 1970 by `periodSeconds`')
    .meta({ description: 'The number of a period.' }),
  side: z.enum(['payer', 'receiver'], 'must be "payer" or "receiver"').meta({ description: 'As whom.' }),
})

const KEY = /^(\d{1,19})\.(\d{1,9})$/

/** Why money moved: what a payer recomputes a whole budget from, and a receiver their part of it. */
export async function receiptsRoutes(app: App, { db, rules, config, cursors }: Deps): Promise<void> {
  const pseudonyms = createPseudonyms(config.secretKey)
  const tag = 'wallet'
  const session = 'required'

  app.get(
    '/wallet/receipts',
    operation({
      id: 'listReceipts',
      summary: 'The parts of all credits you paid or received of a period, newest first',
      description: 'Reversed ones too. What `npm run verify-receipts` reads.',
      ...{ tag, session },
      query: PeriodQuery,
      answers: { 200: listOf(ReceiptPartAnswer) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const { period, side } = request.query
      const wanted = { memberId, side, period: BigInt(period) }
      const { data, nextCursor } = await page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['receipts', memberId, side, period],
        ({ after, take }) => {
          const [, position, place] = KEY.exec(after ?? '') ?? []
          const from =
            position === undefined ? undefined : { position: BigInt(position), place: Number(place) }
          return listParts(db.hot, rules, wanted, { after: from, take })
        },
        ({ position, place }) => `${position}.${place}`,
      )
      reply.header('cache-control', 'private, no-store')
      return { data: data.map(presenterFor(memberId, pseudonyms).part), nextCursor }
    },
  )

  app.get(
    '/wallet/receipts/:id',
    operation({
      id: 'getReceipt',
      summary: 'Why money moved',
      description:
        'By the `ref.id` of an entry: a credit, a share of a closed budget, a view, a clearing, a tip, an unlock, a charge, a grant; of anything else, what moved. A payer sees all parts, a receiver the own ones, and pseudonyms for those who may not be known.',
      ...{ tag, session },
      params: z.strictObject({ id: Id }),
      answers: { 200: ReceiptAnswer },
      refuses: ['receipt_not_found'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const { id } = request.params
      const receipt = isId(id) ? await readReceipt(db.pool, memberId, id) : undefined
      if (!receipt) throw problem('receipt_not_found')
      reply.header('cache-control', 'private, no-store')
      return presenterFor(memberId, pseudonyms).receipt(id, receipt)
    },
  )
}
