import { type EarningsResult, earnings, INCOME_STREAMS, MOST_BUCKETS, usualFrom } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { type Problem, problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Time, TimeIn } from '../http/schemas.ts'

const EarningsQuery = z.strictObject({
  bucket: z
    .enum(['hour', 'day'], 'must be hour or day')
    .default('day')
    .meta({ description: 'How much time a value covers; hours and days are those of UTC.' }),
  from: TimeIn.optional().meta({
    description:
      'Inclusive: the first bucket is the one this lies in. Without it, 30 days or 24 hours up to `to`.',
  }),
  to: TimeIn.optional().meta({ description: 'Exclusive. Without it, now.' }),
})

const EarningsAnswer = z
  .object({
    buckets: z.array(Time).meta({ description: 'Where each bucket begins.' }),
    series: z
      .array(
        z.object({
          stream: z.enum(INCOME_STREAMS),
          values: z.array(AmountOut).meta({ description: 'One for each bucket.' }),
        }),
      )
      .meta({ description: 'The streams with anything in the range.' }),
    total: AmountOut.meta({ description: 'The sum of all values.' }),
  })
  .meta({ id: 'Earnings' })

/** The chart of what a member earned. */
export async function earningsRoutes(app: App, { db, now }: Deps): Promise<void> {
  app.get(
    '/wallet/earnings',
    operation({
      id: 'getEarnings',
      summary: 'What you earned, by stream and time',
      description: `Before clearing fees; tips less their fee. A credit counts when it was made, a reversal, negative, when it was reversed. ${MOST_BUCKETS} buckets at most.`,
      tag: 'wallet',
      session: 'required',
      query: EarningsQuery,
      answers: { 200: EarningsAnswer },
    }),
    async (request, reply) => {
      const { bucket, from: begin, to: end } = request.query
      const to = new Date(end ?? now())
      const from = begin === undefined ? usualFrom(bucket, to) : new Date(begin)
      const result = await earnings(db.pool, viewer(request).memberId, { bucket, from, to })
      if (!result.ok) throw refused(result, bucket)
      reply.header('cache-control', 'private, no-store')
      return {
        buckets: result.buckets.map((start) => start.toISOString()),
        series: result.series.map(({ stream, values }) => ({ stream, values: values.map(formatAmount) })),
        total: formatAmount(result.total),
      }
    },
  )
}

function refused(result: Extract<EarningsResult, { ok: false }>, bucket: 'hour' | 'day'): Problem {
  const detail =
    result.code === 'empty_range'
      ? 'must be before `to`, which is now unless given'
      : `begins a range of ${result.count} buckets, and ${MOST_BUCKETS} at most are answered: ask for a shorter range${bucket === 'hour' ? ', or bucket=day' : ''}`
  return problem('validation_failed', `from: ${detail}`, { faults: [{ pointer: '#/from', detail }] })
}
