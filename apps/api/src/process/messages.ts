/** How often each key of a limit was taken from since the last word, by the limit's name. */
export type Taken = [limit: string, times: [key: string, times: number][]][]

/** What a process of the API says to the primary. */
export type ToPrimary =
  | { type: 'taken'; taken: Taken }
  | { type: 'metrics-wanted'; round: number }
  | { type: 'metrics'; round: number; text: string }
  /** The share of its time it worked since it last said so. */
  | { type: 'load'; busy: number }

/** What the primary says to a process of the API. */
export type FromPrimary =
  | { type: 'complete' }
  /** Whether to take new connections; one that takes none passes them on to those that do. */
  | { type: 'take'; take: boolean }
  /** Ask so large a share of the clients to come again, on another connection. */
  | { type: 'shed'; share: number }
  | { type: 'stop' }
  | { type: 'taken'; taken: Taken }
  | { type: 'metrics-wanted'; round: number }
  | { type: 'metrics'; round: number; texts: string[] }

/** Longer than any statement or request is allowed to take. */
export const PATIENCE_MS = 60_000

/** In the environment of a process that has siblings: its place among them, from 1; kept when it is replaced. */
export const NUMBER_VARIABLE = 'RIVULET_API_PROCESS'
