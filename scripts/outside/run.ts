import { constants } from 'node:os'
import { type Stack, type StackOptions, startStack } from '../compose.ts'

/** Somebody stopped the run from outside. */
class Interrupted extends Error {
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`)
    this.signal = signal
  }
}

/**
 * Starts a stack, works with it, and stops it: whatever comes of the work, and also on Ctrl-C, in which case the process
 * ends as the signal's default would have it. A second signal waits for nothing.
 */
export async function withStack<T>(options: StackOptions, work: (stack: Stack) => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let heard: NodeJS.Signals | undefined
  const interruption = Promise.withResolvers<never>()
  interruption.promise.catch(() => {})
  const hear = (signal: NodeJS.Signals) => {
    if (heard) process.exit(128 + constants.signals[signal])
    heard = signal
    // What was under way now fails at its own time and place; the stack is stopped in order all the same.
    process.on('uncaughtException', (error) => console.error(`  while stopping: ${error.message}`))
    interruption.reject(new Interrupted(signal))
  }
  for (const signal of signals) process.on(signal, hear)

  let stack: Stack | undefined
  try {
    stack = await startStack(options)
    const working = work(stack)
    // Without its stack the work fails in its own time; nobody listens any more.
    working.catch(() => {})
    const lost = stack.lost.then((reason): never => {
      throw new Error(reason)
    })
    lost.catch(() => {})
    return await Promise.race([working, lost, interruption.promise])
  } catch (error) {
    if (error instanceof Interrupted) process.exitCode = 128 + constants.signals[error.signal]
    throw error
  } finally {
    await stack?.stop()
    for (const signal of signals) process.off(signal, hear)
  }
}

/** Ends the process with what went wrong, in a line; with everything known about it when it is no known refusal. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? `\n✗ ${error.message}` : error)
  if (process.env.LOG_LEVEL === 'debug') console.error(error)
  process.exit(process.exitCode ?? 1)
}
