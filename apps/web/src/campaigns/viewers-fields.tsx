import { loadRules } from '../rules/load-rules.ts'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { spanOf } from '../wallet/words.ts'
import type { Draft } from './draft.ts'
import { Field } from './field.tsx'

const WHOLE = { pattern: '\\d{1,5}', title: 'A whole number' }
const AMOUNT = { pattern: '\\d{1,9}([.]\\d{1,9})?', title: 'Digits and a point: 2.5' }

/** By whom it may be seen, beside what, and how often: as the rules say, or more strictly. */
export function ViewersFields({ draft }: { draft: Draft }) {
  const { value: rules, error, again } = useFetched(loadRules, [])
  const views = rules?.views
  return (
    <details>
      <summary>Who sees it, and how often</summary>
      {error !== undefined && <Trouble error={error} again={again} />}
      <Field
        label="Tags"
        name="tags"
        of={draft.tags}
        placeholder="river, bread"
        hint="Beside posts with one of them only. Without any: beside every post."
      />
      <Field
        label="Paid views a day, for one member"
        name="cap"
        of={draft.cap}
        inputMode="numeric"
        {...WHOLE}
        {...(views ? { placeholder: String(views.perCampaignDay) } : {})}
        hint={views && `At most ${views.perCampaignDay}, which it is where you say nothing.`}
      />
      <div class="grid">
        <Field
          label="Days since their first sign-in"
          name="age"
          of={draft.age}
          inputMode="numeric"
          {...WHOLE}
          hint={
            views &&
            `The rules ask for ${views.viewerAgeSeconds === 0 ? 'none' : spanOf(views.viewerAgeSeconds)}; only more changes something.`
          }
        />
        <Field
          label="What they must hold of their own"
          name="deposit"
          of={draft.deposit}
          inputMode="decimal"
          {...AMOUNT}
          hint={views && `The rules ask for ${views.viewerDeposit}; only more changes something.`}
        />
      </div>
    </details>
  )
}
