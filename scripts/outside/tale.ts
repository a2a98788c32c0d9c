import type { Figures } from './figures.ts'
import type { Law } from './laws.ts'

/** Tells what happens, as it happens. */
export type Tale = {
  chapter(title: string): void
  line(text: string): void
  /** A line that is overwritten by the next; only where somebody watches. */
  progress(text: string): void
  seconds(): number
}

export function taleTo(out: NodeJS.WriteStream): Tale {
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  let unfinished = false
  const line = (text: string) => {
    if (unfinished) out.write('\r\u001b[K')
    unfinished = false
    out.write(`${text}\n`)
  }
  return {
    line,
    seconds,
    chapter(title) {
      const time = `${seconds().toFixed(1)} s`
      line(`\n── ${title} ${'─'.repeat(Math.max(2, 96 - title.length - time.length))} ${time}`)
    },
    progress(text) {
      if (!out.isTTY) return
      out.write(`\r\u001b[K${text.slice(0, Math.max(20, (out.columns ?? 80) - 1))}`)
      unfinished = true
    },
  }
}

/** Tells how the laws and the figures stand. @returns whether all hold */
export function verdict(tale: Tale, laws: Law[], figures: Figures): boolean {
  for (const { law, holds, figures: text } of laws) tale.line(`  ${holds ? '✓' : '✗'} ${law}: ${text}`)
  const { count, differences } = figures
  for (const difference of differences.slice(0, 20)) tale.line(`  ✗ ${difference}`)
  if (differences.length > 20) tale.line(`  ✗ and ${differences.length - 20} more`)
  if (differences.length === 0) tale.line(`  ✓ ${count} figures are exactly as worked out from what was done`)
  return laws.every((law) => law.holds) && differences.length === 0
}
