/** How far a deposit is, in the order in which it goes. */
export const STEPS = ['approving', 'sending', 'in a block', 'seen', 'available'] as const
export type Step = (typeof STEPS)[number]
