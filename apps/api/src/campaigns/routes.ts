import { isId, type Tx, withTransaction } from '@rivulet/db'
import {
  type CampaignInput,
  campaignReport,
  campaignsOf,
  closeCampaign,
  createCampaign,
  disputeDay,
} from '@rivulet/economy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, one, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, hashBody, once } from '../idempotency/once.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { campaignView, reportView } from './present.ts'
import { CampaignBody, CampaignSchema, DisputeBody, DisputeSchema, ReportSchema } from './schemas.ts'

const Params = z.strictObject({ id: Id })

/** Campaigns: a sponsor's money in escrow for views, what became of it, and the way back. */
export async function campaignsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, rules, config, cursors } = deps
  const own = { tag: 'campaigns', session: 'required', params: Params } as const

  const create = async (tx: Tx, input: CampaignInput): Promise<Answer> => {
    const result = await createCampaign(tx, rules, input)
    if (result.ok) return { status: 201, body: campaignView(result.campaign) }
    if (result.code === 'validation_failed')
      return refusal(result.code, FAULT[result.field], `#/${result.field}`)
    return refusal(result.code, DETAIL[result.code])
  }

  app.post(
    '/campaigns',
    idempotent(
      operation({
        id: 'createCampaign',
        tag: 'campaigns',
        summary: 'Fund a campaign',
        description: 'Its budget leaves your `available` and is spent on views that members really saw.',
        session: 'required',
        body: CampaignBody,
        answers: { 201: CampaignSchema },
        refuses: [...ONCE_REFUSALS, 'insufficient_funds', 'suspended'],
      }),
    ),
    async (request, reply) => {
      const { budget, pricePerView, minViewerDeposit, tags = [], ...terms } = request.body
      const deposit =
        minViewerDeposit === undefined
          ? {}
          : { minViewerDeposit: amountAbove0(minViewerDeposit, '#/minViewerDeposit') }
      return sendOwn(request, reply, create, {
        ...{ ...terms, ...deposit, tags: [...new Set(tags)] },
        budget: amountAbove0(budget, '#/budget'),
        pricePerView: amountAbove0(pricePerView, '#/pricePerView'),
        sponsorId: viewer(request).memberId,
      }) as Promise<z.infer<typeof CampaignSchema>>
    },
  )

  app.get(
    '/campaigns',
    operation({
      id: 'listCampaigns',
      tag: 'campaigns',
      summary: 'Your campaigns, newest first',
      session: 'required',
      query: ListQuery,
      answers: { 200: listOf(CampaignSchema) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId } = viewer(request)
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['campaigns', memberId],
        async ({ after, take }) =>
          (await campaignsOf(db.pool, memberId, { before: after, take })).map(campaignView),
        (campaign) => campaign.id,
      )
    },
  )

  const find = async (request: FastifyRequest, id: string) => {
    const [campaign] = isId(id) ? await campaignsOf(db.pool, viewer(request).memberId, { id }) : []
    if (!campaign) throw problem('campaign_not_found')
    return campaign
  }

  app.get(
    '/campaigns/:id',
    operation({
      ...own,
      id: 'getCampaign',
      summary: 'One of your campaigns',
      answers: { 200: CampaignSchema },
      refuses: ['campaign_not_found'],
    }),
    async (request) => campaignView(await find(request, request.params.id)),
  )

  app.get(
    '/campaigns/:id/report',
    operation({
      ...own,
      id: 'getCampaignReport',
      summary: 'What became of a campaign, by day',
      description: 'Days are in UTC: of the issue for `served` and `expired`, of the payment for the rest.',
      answers: { 200: ReportSchema },
      refuses: ['campaign_not_found'],
    }),
    async (request) => {
      const campaign = await find(request, request.params.id)
      return reportView(campaign, await campaignReport(db.pool, campaign.id))
    },
  )

  const close = async (tx: Tx, input: { campaignId: string; sponsorId: string }): Promise<Answer> => {
    const result = await closeCampaign(tx, input)
    return result.ok ? { status: 200, body: campaignView(result.campaign) } : refusal(result.code)
  }

  app.post(
    '/campaigns/:id/close',
    idempotent(
      operation({
        ...own,
        id: 'closeCampaign',
        summary: 'Close a campaign, and have the rest back',
        description:
          'It is shown to nobody from now on. `closing`: tokens are out; when the last is returned or over, the rest is in your `available`.',
        answers: { 200: CampaignSchema },
        refuses: [...ONCE_REFUSALS, 'campaign_not_found'],
      }),
    ),
    async (request, reply) => {
      if (!isId(request.params.id)) throw problem('campaign_not_found')
      const input = { campaignId: request.params.id, sponsorId: viewer(request).memberId }
      return sendOwn(request, reply, close, input) as Promise<z.infer<typeof CampaignSchema>>
    },
  )

  type Doubt = { campaignId: string; sponsorId: string; day: string; reason: string }
  const dispute = async (tx: Tx, input: Doubt): Promise<Answer> => {
    const result = await disputeDay(tx, input)
    if (!result.ok) return refusal(result.code)
    const { createdAt, ...rest } = result.dispute
    return { status: 201, body: { ...rest, createdAt: createdAt.toISOString() } }
  }

  app.post(
    '/campaigns/:id/disputes',
    idempotent(
      operation({
        ...own,
        id: 'disputeCampaignDay',
        summary: "Doubt a day's views",
        description:
          'While any of the money of that day is pending. The operator looks at it, and may void views: their price comes back.',
        body: DisputeBody,
        answers: { 201: DisputeSchema },
        refuses: [...ONCE_REFUSALS, 'campaign_not_found', 'not_disputable', 'already_disputed'],
      }),
    ),
    async (request, reply) => {
      if (!isId(request.params.id)) throw problem('campaign_not_found')
      const input = { campaignId: request.params.id, sponsorId: viewer(request).memberId, ...request.body }
      return sendOwn(request, reply, dispute, input) as Promise<z.infer<typeof DisputeSchema>>
    },
  )

  /** Runs a verb under the request's key. The campaign is part of the wish: a key of one names nothing of another. */
  async function sendOwn<I>(
    request: FastifyRequest,
    reply: FastifyReply,
    run: (tx: Tx, input: I) => Promise<Answer>,
    input: I,
  ): Promise<unknown> {
    const { params, body } = request
    const wish = {
      ...onceRequest(request, viewer(request).memberId, input),
      bodyHash: hashBody([params, body]),
    }
    const [result] = await withTransaction(db.pool, (tx) => once(tx, [wish], one(run)))
    if (!result) throw new Error('a wish was not answered')
    return sendOnce(reply, result)
  }
}

const FAULT = {
  pricePerView: 'is below the least price of a view',
  budget: 'must cover one view at least',
  dailyCapPerMember: 'must be 1 to what the rules allow a day',
} as const

const DETAIL = {
  insufficient_funds: 'Your `available` does not cover the budget.',
  suspended: 'You are suspended, and publish nothing.',
} as const
