import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { GuardianMessage } from './guardian.ts'
import { type Stoppable, stopInOrder } from './stopping.ts'

// The guardian outlives whoever started it, and only to clean up after it: it is not to be stopped by the same Ctrl-C.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {})
process.title = 'rivulet-guardian'

const watched = new Map<number, Stoppable>()
const folders = new Set<string>()

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as GuardianMessage
  if ('watch' in message) watched.set(message.watch.pid, message.watch)
  else if ('forget' in message) watched.delete(message.forget)
  else if ('removeAfterwards' in message) folders.add(message.removeAfterwards)
  else folders.delete(message.keep)
}

// End of the pipe: the parent is gone.
await stopInOrder(watched.values())
for (const folder of folders) rmSync(folder, { recursive: true, force: true })
