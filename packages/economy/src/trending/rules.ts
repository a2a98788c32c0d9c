/** The windows, and how long each is. */
export const WINDOW_SECONDS = { '1h': 3_600, '24h': 86_400, '7d': 7 * 86_400 } as const

export type Window = keyof typeof WINDOW_SECONDS

export const WINDOWS = Object.keys(WINDOW_SECONDS) as [Window, ...Window[]]

/** So many posts are in a snapshot. */
export const RANKS = 500

/** After how many seconds an act counts half: a quarter of the window, so that what is a window old counts a sixteenth. */
export const halfLifeOf = (window: Window): number => WINDOW_SECONDS[window] / 4

/** The least id that can be of a moment: UUIDv7 begins with 48 bits of milliseconds since 1970 (RFC 9562, 5.7). */
export function firstIdAt(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
