const SAME_WORD_MS = 1_000

/**
 * Listens for SIGTERM and SIGINT: the first begins an orderly end, a later one asks not to wait for it. One that comes
 * with the first is the same word: a terminal says it to everybody, and so does whoever passes it on.
 */
export function onStopSignals(begin: (signal: string) => void, endNow: () => void): void {
  let first: number | undefined
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now()
        begin(signal)
      } else if (performance.now() - first > SAME_WORD_MS) endNow()
    })
  }
}
