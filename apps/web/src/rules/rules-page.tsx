import { percentOf } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { useTitle } from '../shell/use-title.ts'
import { spanOf, whenItClears } from '../wallet/words.ts'
import { Example } from './example.tsx'
import { loadRules, type Rules } from './load-rules.ts'

/** Who pays what to whom here, in words. */
export default function RulesPage() {
  useTitle('Rules')
  const { value: rules, error, again } = useFetched(loadRules, [])
  const { rates, shareBps, fees, minWithdrawal, asset } = network.value!
  return (
    <>
      <h1>The rules</h1>
      <p>By these money moves here, for everybody alike. Each receipt names the rules it was made by.</p>
      <h2>What an act pays</h2>
      <p>
        It comes out of the budget or the pledge of who does it, at once, and goes to whoever wrote the post.
      </p>
      <ul>
        <li>
          A like: <Money of={rates.like} />
        </li>
        <li>
          An article that was read: <Money of={rates.read} />
        </li>
        <li>
          A comment: <Money of={rates.comment} />
        </li>
        <li>
          A share: <Money of={rates.repost} />
        </li>
      </ul>
      <p>
        {percentOf(shareBps)} % of each goes to whoever shared the post with you, where somebody did. What is
        left of a budget when its period ends is split among what you did in it.
      </p>
      <Example />
      <h2>Fees</h2>
      <ul>
        <li>{percentOf(fees.tipBps)} % of a tip, an unlocked article or a subscription.</li>
        <li>{percentOf(fees.clearingBps)} % of what was earned otherwise, when it clears.</li>
        <li>
          A withdrawal is of {minWithdrawal} {asset.symbol} or more.
        </li>
      </ul>
      <h2>When it is yours</h2>
      <p>{whenItClears(network.value!)}</p>
      <h2>Being paid for looking</h2>
      {error !== undefined && <Trouble error={error} again={again} />}
      {!rules && error === undefined && <p aria-busy="true">Loading…</p>}
      {rules && <Views of={rules} />}
    </>
  )
}

function Views({ of: { views, grants, version, since } }: { of: Rules }) {
  const isGranting = Object.values(grants).every((amount) => amount !== '0')
  return (
    <>
      <p>
        A sponsor may have a post shown beside others. You are paid for it when half of it stood on your
        screen for {views.minMs / 1000} s, {views.perDay} times a day at most, and {views.perCampaignDay}{' '}
        times for the same one. You must hold <Money of={views.viewerDeposit} /> of your own
        {views.viewerAgeSeconds > 0 && <>, and have been here for {spanOf(views.viewerAgeSeconds)}</>}.
      </p>
      {isGranting && (
        <p>
          Whoever is new and has deposited is given <Money of={grants.amount} /> for likes, as long as there
          is some.
        </p>
      )}
      <p class="hint">
        Rules number {version}, in force since {new Date(since).toLocaleDateString()}.
      </p>
    </>
  )
}
