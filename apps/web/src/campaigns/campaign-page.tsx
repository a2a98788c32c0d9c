import './campaigns.css'
import { ok } from '@rivulet/sdk'
import { useRoute } from 'preact-iso'
import { Advert } from '../ads/advert.tsx'
import { api } from '../api/client.ts'
import { Tags } from '../posts/tags.tsx'
import { me } from '../session/session.ts'
import { SignedOut } from '../session/signed-out.tsx'
import { PageTrouble } from '../shell/page-trouble.tsx'
import { Time } from '../shell/time.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { useTitle } from '../shell/use-title.ts'
import { type Campaign, type CampaignReport, STANDS } from './campaign.ts'
import { CloseCampaign } from './close-campaign.tsx'
import { Report } from './report.tsx'

/** One of one's own campaigns. */
export default function CampaignPage() {
  const { id = '' } = useRoute().params
  if (!me.value) return <SignedOut title="Campaign" why="Sign in to see your campaigns." />
  return <OfId key={`${me.value.id} ${id}`} id={id} />
}

function OfId({ id }: { id: string }) {
  const { value, error, again } = useFetched(
    async (signal) => {
      const params = { path: { id } }
      const [campaign, report] = await Promise.all([
        api.GET('/v1/campaigns/{id}', { params, signal }),
        api.GET('/v1/campaigns/{id}/report', { params, signal }),
      ])
      return { campaign: ok(campaign), report: ok(report) }
    },
    [id],
  )
  if (error !== undefined) return <PageTrouble error={error} again={again} />
  if (!value) return <p aria-busy="true">Loading…</p>
  return <Shown {...value} again={again} />
}

type Props = { campaign: Campaign; report: CampaignReport; again: () => void }

function Shown({ campaign, report, again }: Props) {
  useTitle(campaign.title)
  return (
    <div class="campaigns">
      <p class="hint">
        <a href="/campaigns">All campaigns</a>
      </p>
      <h1>{campaign.title}</h1>
      <p class="hint">
        {STANDS[campaign.status]} · since <Time at={campaign.createdAt} />
        {campaign.closedAt && (
          <>
            , closed <Time at={campaign.closedAt} />
          </>
        )}
      </p>
      <Tags of={campaign.tags} />
      <Report campaign={campaign} report={report} again={again} />
      <CloseCampaign campaign={campaign} report={report} closed={again} />
      <h2>As members see it</h2>
      <Advert label="Preview" campaign={campaign} price={campaign.pricePerView}>
        <p class="hint">
          To one member {campaign.dailyCapPerMember} {campaign.dailyCapPerMember === 1 ? 'time' : 'times'} a
          day at most.
          {campaign.minViewerAgeDays !== null && ` Here for ${campaign.minViewerAgeDays} days or more.`}
          {campaign.minViewerDeposit !== null && ` Holding ${campaign.minViewerDeposit} or more.`}
        </p>
      </Advert>
    </div>
  )
}
