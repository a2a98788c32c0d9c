import type { Rules } from '../rules.ts'

/** What was granted so far, in nano: to this member today, to all today, and ever. */
export type Granted = { memberToday: bigint; today: bigint; ever: bigint }

/** Grants are off unless all four of their values say otherwise. */
export function grantsAreOff({ grants }: Pick<Rules, 'grants'>): boolean {
  return Object.values(grants).some((value) => value === 0n)
}

/** Whether one more grant, which is always a whole one, would exceed a cap. */
export function exceedsCap(granted: Granted, { grants }: Pick<Rules, 'grants'>): boolean {
  return (
    granted.memberToday + grants.amount > grants.perMember ||
    granted.today + grants.amount > grants.perDay ||
    granted.ever + grants.amount > grants.total
  )
}
