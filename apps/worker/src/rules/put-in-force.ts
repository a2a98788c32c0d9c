import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@rivulet/db'
import { declareRules, type Rules } from '@rivulet/economy'
import type { Log } from '../log.ts'

const AGAIN_MS = 1_000

/** Puts the rules of this worker in force before any room opens; waits for a database that comes later. */
export async function putInForce(pool: Pool, rules: Rules, log: Log): Promise<void> {
  for (;;)
    try {
      const { version, isNew } = await declareRules(pool, rules)
      return log.info({ version }, isNew ? 'new rules are in force' : 'the rules in force are these')
    } catch (error) {
      log.warn({ err: error }, 'the rules cannot be put in force yet: trying again')
      await sleep(AGAIN_MS)
    }
}
