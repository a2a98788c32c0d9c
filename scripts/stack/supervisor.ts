import type { ChildExit } from '@rivulet/stack'
import type { App } from './app.ts'

const MOST = 5
const WITHIN_MS = 60_000

/**
 * Brings an application back that ended by itself, until it has done so too often.
 *
 * @returns what to call at each loss.
 */
export function supervise(
  onProgress: (what: string) => void,
  giveUp: (why: string) => void,
): (app: App, exit: ChildExit) => void {
  const losses: number[] = []
  return (app, exit) => {
    const now = performance.now()
    losses.push(now)
    const how = exit.signal ?? `code ${exit.code}`
    if (losses.filter((at) => now - at < WITHIN_MS).length >= MOST) {
      giveUp(`the ${app.name} ended again (${how}), the ${MOST}th time in a minute; see ${app.logFile}`)
      return
    }
    onProgress(`the ${app.name} ended (${how}), starting it again; see ${app.logFile}`)
    app.restart().catch((error: Error) => giveUp(error.message))
  }
}
