/** A time of the chain, in seconds, as UTC. */
export const time = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z')

/** A time span in seconds, in whole days. */
export const days = (seconds: number): string => `${Math.round(seconds / 86_400)} days`
