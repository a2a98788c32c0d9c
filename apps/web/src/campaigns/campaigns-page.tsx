import './campaigns.css'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { Money } from '../money/money.tsx'
import { me } from '../session/session.ts'
import { SignedOut } from '../session/signed-out.tsx'
import { Time } from '../shell/time.tsx'
import { useTitle } from '../shell/use-title.ts'
import { type Campaign, pathOfCampaign, STANDS } from './campaign.ts'
import { CampaignForm } from './campaign-form.tsx'

const TITLE = 'Campaigns'

/** What a member sponsors: one's own campaigns, and another. */
export default function CampaignsPage() {
  useTitle(TITLE)
  if (!me.value)
    return (
      <SignedOut title={TITLE} why="Sign in to have your own post shown to members, who are paid for it." />
    )
  return (
    <div class="campaigns" key={me.value.id}>
      <h1>{TITLE}</h1>
      <p class="hint">
        You pay members for looking at your post, and the authors beside it. Only views that were really seen
        cost you something, and what is left is yours to take back. <a href="/rules">Who gets what</a>
      </p>
      <Own />
      <CampaignForm />
    </div>
  )
}

function Own() {
  const campaigns = useList('/v1/campaigns', {})
  return (
    <section aria-labelledby="own-title">
      <h2 id="own-title">Yours</h2>
      <Listed of={campaigns} empty="You have none yet. Make the first below.">
        {(campaign) => <Line key={campaign.id} of={campaign} />}
      </Listed>
    </section>
  )
}

function Line({ of: campaign }: { of: Campaign }) {
  return (
    <article class="campaign-line">
      <a href={pathOfCampaign(campaign)}>{campaign.title}</a>
      <span>
        <Money of={campaign.remaining} /> <span class="hint">of {campaign.budget} left</span>
      </span>
      <small class="hint">
        {STANDS[campaign.status]} · since <Time at={campaign.createdAt} />
      </small>
    </article>
  )
}
