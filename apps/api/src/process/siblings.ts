import cluster from 'node:cluster'
import type { Buckets } from '../rate-limit/buckets.ts'
import { type FromPrimary, NUMBER_VARIABLE, type ToPrimary } from './messages.ts'

/** What the other processes that serve the same port are asked and told, by way of the primary. Nothing waits for it. */
export type Siblings = {
  /** This process' place among them, from 1; its replacement has the same. */
  number: number
  /** The metrics of the others, as text; of those that answer in time. */
  metrics(): Promise<string[]>
  /** Says what to answer when the others ask. */
  onMetricsWanted(read: () => Promise<string>): void
  /** Counts a limit together with the others: each learns within `SHARE_MS` what was taken elsewhere. */
  share(limit: string, buckets: Buckets): void
}

/** What the primary has to say. */
export type PrimaryWords = {
  /** All processes listen. */
  onComplete(): void
  onStop(): void
  onTake(take: boolean): void
  /** A share of the clients should come again, on another connection. */
  onShed(share: number): void
  /** It has ended without a word. */
  onGone(): void
}

/** How often limits are shared. */
export const SHARE_MS = 100

/** How often a process says how busy it is. */
const LOAD_MS = 1_000

/** How long the primary may take to gather metrics. */
const METRICS_PATIENCE_MS = 2_000

/**
 * Joins the processes that the primary leads. Only for a process it has started.
 *
 * Until somebody listens to what the primary says, nothing is served: told to stop, the process has nothing to finish.
 */
export function joinSiblings(): { siblings: Siblings; listen(words: PrimaryWords): void } {
  const metrics = askedTogether()
  const limits = sharedLimits()
  let read: (() => Promise<string>) | undefined
  let words: PrimaryWords | undefined

  process.on('message', (message: FromPrimary) => {
    if (message.type === 'complete') words?.onComplete()
    else if (message.type === 'take') words?.onTake(message.take)
    else if (message.type === 'shed') words?.onShed(message.share)
    else if (message.type === 'stop') words ? words.onStop() : process.exit(0)
    else if (message.type === 'taken') limits.charge(message.taken)
    else if (message.type === 'metrics') metrics.answered(message.round, message.texts)
    else if (message.type === 'metrics-wanted' && read) {
      const { round } = message
      read().then(
        (text) => tell({ type: 'metrics', round, text }),
        () => {},
      )
    }
  })
  sayHowBusy()
  cluster.worker?.on('disconnect', () => {
    // Otherwise Node ends the process here and now, and with it the requests in flight.
    if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
    words ? words.onGone() : process.exit(0)
  })
  return {
    siblings: {
      number: Number(process.env[NUMBER_VARIABLE]),
      metrics: metrics.ask,
      onMetricsWanted: (answer) => {
        read = answer
      },
      share: limits.share,
    },
    listen: (to) => {
      words = to
    },
  }
}

function sayHowBusy(): void {
  let last = performance.eventLoopUtilization()
  setInterval(() => {
    const now = performance.eventLoopUtilization()
    tell({ type: 'load', busy: performance.eventLoopUtilization(now, last).utilization })
    last = now
  }, LOAD_MS).unref()
}

/** Those who ask while a question is under way share its answer. */
function askedTogether() {
  let round = 0
  let asking: Promise<string[]> | undefined
  let answer: (texts: string[]) => void = () => {}
  return {
    ask(): Promise<string[]> {
      asking ??= new Promise<string[]>((resolve) => {
        const timer = setTimeout(() => answer([]), METRICS_PATIENCE_MS)
        answer = (texts) => {
          clearTimeout(timer)
          asking = undefined
          resolve(texts)
        }
        tell({ type: 'metrics-wanted', round: ++round })
      })
      return asking
    },
    answered(of: number, texts: string[]) {
      if (asking && of === round) answer(texts)
    },
  }
}

function sharedLimits() {
  const limits = new Map<string, { buckets: Buckets; taken: Map<string, number> }>()
  setInterval(() => {
    const taken = [...limits]
      .filter(([, limit]) => limit.taken.size > 0)
      .map(([name, limit]): [string, [string, number][]] => [name, [...limit.taken]])
    if (taken.length === 0) return
    for (const limit of limits.values()) limit.taken.clear()
    tell({ type: 'taken', taken })
  }, SHARE_MS).unref()
  return {
    share(name: string, buckets: Buckets) {
      const taken = new Map<string, number>()
      limits.set(name, { buckets, taken })
      buckets.onTaken = (key) => taken.set(key, (taken.get(key) ?? 0) + 1)
    },
    charge(taken: [string, [string, number][]][]) {
      for (const [name, times] of taken) {
        const buckets = limits.get(name)?.buckets
        for (const [key, n] of times) buckets?.charge(key, n)
      }
    },
  }
}

// The primary may be gone; then nobody is told.
function tell(message: ToPrimary): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
