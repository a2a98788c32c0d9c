import { setTimeout as sleep } from 'node:timers/promises'
import { checkEpoch } from './check.ts'
import { checkerConfig } from './config.ts'
import { connectionsTo, reading } from './connect.ts'
import { FileMissing } from './file.ts'
import { createGuard } from './guard.ts'
import { nextToCheck, saveCheck } from './store.ts'

/*
 * The independent checker: judges every epoch before it is committed, and as guardian vetoes what is wrong. It shares no
 * code with those who build epochs, trusts no balance, and writes nothing but its judgement.
 */

const config = checkerConfig(process.env)
const pool = connectionsTo(config.databaseUrl)
const guard = createGuard(pool, config)
const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())

let lastSaid = ''
say('open', { vault: config.vault, guards: guard !== undefined })
while (!stopping.signal.aborted) {
  await turn('check', judgeNext)
  if (guard) await turn('guard', () => guard.look())
  await sleep(config.pollMs, undefined, { signal: stopping.signal }).catch(() => {})
}
guard?.close()
await pool.end()
say('stopped', {})

async function judgeNext(): Promise<string> {
  const epoch = await nextToCheck(pool)
  if (!epoch) return 'nothing to check'
  const faults = await reading(pool, (db) =>
    checkEpoch(db, config, epoch, { tell: (text) => say(text, { what: 'check' }) }),
  )
  await saveCheck(pool, epoch, faults)
  return `epoch ${epoch.number}/${epoch.attempt}: ${faults.join('; ') || 'as it should be'}`
}

/** Whatever fails is tried again; the same is said once. */
async function turn(what: string, work: () => Promise<string>): Promise<void> {
  const said = await work().catch((error: Error) =>
    error instanceof FileMissing ? error.message : `failed: ${error.message}`,
  )
  if (/nothing|as it should be$/.test(said) && what === 'guard') return
  if (said !== lastSaid && said !== 'nothing to check') say(said, { what })
  lastSaid = said
}

function say(message: string, fields: Record<string, unknown>): void {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), name: 'checker', ...fields, message })}\n`,
  )
}
