import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { amountOf, type Transfer } from '@rivulet/ledger'
import { campaignAccount, openViewsAccount, STREAMS } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { giveBack, markExpired } from './give-back.ts'
import {
  type Advertisement,
  type Candidate,
  countToday,
  insertView,
  lockLongestWaiting,
  lockMember,
  lockOpenView,
  type OpenView,
  readAdvertisement,
  readCandidates,
  readPostBeside,
} from './next-store.ts'
import { countRefusals } from './refusals.ts'
import { refusalOfCampaign, refusalOfMember, type ViewRefusal } from './rules.ts'
import { readViewers } from './viewer.ts'

export type NextViewResult =
  | {
      ok: true
      view: {
        id: string
        memberId: string
        postId: string
        campaign: Advertisement
        /** Nano, reserved. */
        price: bigint
        expiresAt: Date
      }
    }
  | { ok: false; reason: ViewRefusal | 'post_gone' | 'no_campaign' }

/**
 * Issues a view: picks the campaign that waited longest among those that may be shown to this member beside this post,
 * and reserves its price, `campaign:<id>` → `campaign:<id>:open`. A member has one open view at a time; asked again for
 * the same post it is that one.
 *
 * Whoever is shown nothing is told why, and the campaign whose turn it was counts the reason for its sponsor. A token of
 * theirs that expired is given back on the way.
 */
export async function nextView(
  tx: Tx,
  rules: Rules,
  { memberId, postId }: { memberId: string; postId: string },
): Promise<NextViewResult> {
  await lockMember(tx, memberId)
  const open = await lockOpenView(tx, memberId)
  const stale = open?.expired ? open : undefined
  const good = stale ? undefined : open
  const post = await readPostBeside(tx, memberId, postId)
  if (!post) return done(tx, stale, { ok: false, reason: 'post_gone' })
  if (good?.postId === postId)
    return { ok: true, view: { ...good, memberId, campaign: await readAdvertisement(tx, good.campaignId) } }

  const viewer = (await readViewers(tx, rules, [memberId])).get(memberId)
  if (!viewer) throw new Error(`no member ${memberId} asks for a view`)
  const asking = {
    viewer,
    served: post.served,
    hasOpen: good !== undefined,
    today: await countToday(tx, memberId),
  }
  const candidates = await readCandidates(tx, memberId, post.tags, stale)
  const refused = refusalOfMember(asking, rules.views)
  const judged = candidates.map((campaign) => ({
    campaign,
    reason: refused ?? refusalOfCampaign(asking, campaign, rules.views),
  }))
  const turn = judged[0]
  const count = turn?.reason ? [{ campaignId: turn.campaign.id, reason: turn.reason }] : []

  const taken = await reserve(
    tx,
    judged.filter((one) => !one.reason).map((one) => one.campaign),
    stale,
  )
  if (!taken) {
    await countRefusals(tx, count)
    return { ok: false, reason: refused ?? turn?.reason ?? 'no_campaign' }
  }
  const { campaign, id } = taken
  const expiresAt = await insertView(
    tx,
    { id, campaignId: campaign.id, memberId, postId, authorId: post.authorId, price: campaign.price },
    { seconds: rules.views.tokenSeconds, ruleVersion: rules.version },
  )
  await countRefusals(tx, count)
  const { title, body, url, price } = campaign
  return {
    ok: true,
    view: { id, memberId, postId, campaign: { id: campaign.id, title, body, url }, price, expiresAt },
  }
}

const TRIES = 3

/**
 * Reserves the price of a view with the first of these campaigns that has it; gives a stale token back in the same
 * posting. A campaign's row is locked before its accounts, as everywhere: from then on it is active until this commits.
 */
async function reserve(
  tx: Tx,
  campaigns: Candidate[],
  stale: OpenView | undefined,
): Promise<{ campaign: Candidate; id: string } | undefined> {
  let back = stale
  let left = campaigns
  for (let attempt = 0; attempt < TRIES && left.length > 0; attempt++) {
    const ids = left.map((campaign) => campaign.id)
    const locked =
      (await lockLongestWaiting(tx, ids, { wait: false })) ??
      // Having locked one already, waiting for another could be waiting for each other.
      (attempt === 0 ? await lockLongestWaiting(tx, ids, { wait: true }) : undefined)
    const campaign = left.find(({ id }) => id === locked)
    if (!campaign) break
    const id = newId()
    const answer = await post(tx, back, reservation(campaign))
    back = undefined
    if (answer === 'ok') return { campaign, id }
    left = left.filter((one) => one !== campaign)
  }
  await post(tx, back)
  return undefined
}

function reservation({ id, price }: Candidate): Transfer {
  return {
    id: newId(),
    leg: 0,
    debit: campaignAccount(id),
    credit: openViewsAccount(id),
    amount: amountOf(price),
    code: STREAMS.campaign,
  }
}

async function post(tx: Tx, stale: OpenView | undefined, transfer?: Transfer) {
  const transfers = [...(stale ? [giveBack(stale)] : []), ...(transfer ? [transfer] : [])]
  const answers = await ledgerOf(tx).post(transfers)
  const own = transfer ? answers.at(-1) : undefined
  if ((stale && answers[0] !== 'ok') || (own && own !== 'ok' && own !== 'insufficient'))
    throw new Error(`a reservation was answered ${answers.join()}`)
  if (stale) await markExpired(tx, [stale.id])
  return own
}

async function done(tx: Tx, stale: OpenView | undefined, result: NextViewResult): Promise<NextViewResult> {
  await post(tx, stale)
  return result
}
