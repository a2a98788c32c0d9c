const WORDS: Record<string, string> = {
  suspended: 'the member is suspended',
  too_young: 'the member is too new here to be paid for views',
  deposit: 'the member holds too little of their own',
  not_served: 'the post beside it came from no feed of theirs',
  open_token: 'another sponsored card was out for them',
  day_cap: 'they had seen as many cards as a day allows',
  blocked: 'one of the two has blocked the other',
  stricter_age: 'they are newer than you ask for',
  stricter_deposit: 'they hold less than you ask for',
  campaign_cap: 'they had seen it as often as you allow a day',
  token_expired: 'it was told of too late',
  too_short: 'it was not seen for long enough',
  too_early: 'it was told of sooner than it could have been seen',
}

/** Why a view was not shown, or not paid, in words. One that this page does not know stands as the API names it. */
export const refusalOf = (reason: string): string => WORDS[reason] ?? reason.replaceAll('_', ' ')

/** Refusals by how many there were, the most first. */
export const refusalsOf = (refused: Record<string, number>): [reason: string, count: number][] =>
  Object.entries(refused).sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
