import { useSignal } from '@preact/signals'
import type { paths } from '@rivulet/sdk'
import { tagsOf } from '../compose/tags-of.ts'
import { isAmount, toNano } from '../money/amount.ts'

/** What a campaign is asked for with. */
export type CampaignBody = NonNullable<
  paths['/v1/campaigns']['post']['requestBody']
>['content']['application/json']

/** A campaign as it is being written. */
export function useDraft() {
  return {
    title: useSignal(''),
    body: useSignal(''),
    url: useSignal(''),
    budget: useSignal(''),
    price: useSignal('0.005'),
    tags: useSignal(''),
    cap: useSignal(''),
    age: useSignal(''),
    deposit: useSignal(''),
  }
}
export type Draft = ReturnType<typeof useDraft>

/** The draft as the API takes it: what is left empty is left to the rules. */
export const bodyOf = (draft: Draft): CampaignBody => ({
  title: draft.title.value.trim(),
  body: draft.body.value.trim(),
  url: draft.url.value.trim(),
  budget: draft.budget.value,
  pricePerView: draft.price.value,
  tags: tagsOf(draft.tags.value),
  ...(draft.cap.value === '' ? {} : { dailyCapPerMember: Number(draft.cap.value) }),
  ...(draft.age.value === '' ? {} : { minViewerAgeDays: Number(draft.age.value) }),
  ...(draft.deposit.value === '' ? {} : { minViewerDeposit: draft.deposit.value }),
})

/** Budget and price in nano, where both are amounts and the one covers the other. */
export function moneyOf({ budget, price }: Draft): { budget: bigint; price: bigint } | null {
  if (!isAmount(budget.value) || !isAmount(price.value)) return null
  const money = { budget: toNano(budget.value), price: toNano(price.value) }
  return money.price > 0n && money.budget >= money.price ? money : null
}
