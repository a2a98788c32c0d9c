import { GroupCommit, isId, withTransaction } from '@rivulet/db'
import { nextView, type PayViewInput, type PayViewResult, payViews } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Id, NoContent } from '../http/schemas.ts'
import { createViewTokens, TOKEN_LENGTH } from './token.ts'

const Ad = z
  .object({
    token: z
      .string()
      .meta({ description: 'Send it back with the impression: once seen, and before it expires.' }),
    campaign: z.object({ id: Id, title: z.string(), body: z.string(), url: z.string() }),
    price: AmountOut.meta({ description: 'What the sponsor pays for this view, all parts together.' }),
  })
  .meta({ id: 'Ad' })

const ImpressionBody = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(4 * TOKEN_LENGTH, 'is too long for a token'),
    visibleMs: z
      .int()
      .min(0)
      .max(86_400_000, 'must be at most a day')
      .meta({ description: 'For how long it could be seen, in milliseconds.' }),
  })
  .meta({ id: 'ImpressionRequest' })

const ImpressionAnswer = z
  .object({
    credited: AmountOut.meta({ description: 'Your own part, pending.' }),
    budget: AmountOut.meta({ description: 'The part that is in your budget now: your likes give it on.' }),
  })
  .meta({ id: 'Impression' })

const DETAIL = {
  invalid_token: 'Send the token as `GET /v1/ads/next` gave it to you.',
  token_expired: 'It was not returned in time, and pays nothing any more: ask for another.',
  too_short: '`visibleMs` is less than a view takes. The token is still good.',
  too_early:
    'Less time has passed since it was issued than a view takes. The token is still good: wait, and send it again.',
  suspended: 'You are suspended, and earn nothing.',
  blocked: 'You or the sponsor has blocked the other.',
} as const

/** What is shown beside posts, and what looking at it pays. */
export async function adsRoutes(app: App, { db, rules, config }: Deps): Promise<void> {
  const tokens = createViewTokens(config.secretKey)
  const writer = new GroupCommit<PayViewInput, PayViewResult>(
    db.hot,
    (tx, inputs) => payViews(tx, rules, inputs),
    { eager: true },
  )
  app.addHook('onClose', () => writer.drain())

  app.get(
    '/ads/next',
    operation({
      id: 'nextAd',
      tag: 'ads',
      summary: 'Be shown something beside a post, and be paid for looking',
      description:
        'The post must come from a feed you were served within the hour. One token is out at a time: asked again for the same post it is the same one. 204: there is nothing for you here now.',
      session: 'required',
      query: z.strictObject({ postId: Id.meta({ description: 'The post it is shown beside.' }) }),
      answers: { 200: Ad, 204: NoContent },
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const { postId } = request.query
      reply.header('cache-control', 'private, no-store')
      const next = isId(postId)
        ? await withTransaction(db.pool, (tx) => nextView(tx, rules, { memberId, postId }))
        : undefined
      if (!next?.ok) return reply.code(204).send(null)
      const { id: viewId, campaign, price, expiresAt } = next.view
      const claims = { viewId, memberId, campaignId: campaign.id, postId, expiresAt: expiresAt.getTime() }
      return { token: tokens.sign(claims), campaign, price: formatAmount(price) }
    },
  )

  app.post(
    '/impressions',
    operation({
      id: 'recordImpression',
      tag: 'ads',
      summary: 'Return the token of what you have seen, and be paid',
      description: 'A token pays once; sent again it answers the same.',
      session: 'required',
      body: ImpressionBody,
      answers: { 200: ImpressionAnswer },
      refuses: ['invalid_token', 'token_expired', 'too_short', 'too_early', 'suspended', 'blocked'],
    }),
    async (request) => {
      const { memberId } = viewer(request)
      const claims = tokens.verify(request.body.token)
      if (claims?.memberId !== memberId) throw problem('invalid_token', DETAIL.invalid_token)
      const { viewId } = claims
      const result = await writer.submit({ viewId, memberId, visibleMs: request.body.visibleMs })
      if (!result.ok) throw problem(result.code, DETAIL[result.code])
      return { credited: formatAmount(result.credited), budget: formatAmount(result.budget) }
    },
  )
}
