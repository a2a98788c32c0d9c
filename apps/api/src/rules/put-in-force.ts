import { setTimeout as sleep } from 'node:timers/promises'
import { declareRules } from '@rivulet/economy'
import type { FastifyBaseLogger } from 'fastify'
import type { Deps } from '../deps.ts'

const AGAIN_MS = 1_000

/**
 * Puts the rules of this process in force, before it serves anybody: what it credits names their version. Waits for a
 * database that is not there, or not migrated, yet.
 */
export async function putInForce({ db, rules, lifecycle }: Deps, log: FastifyBaseLogger): Promise<void> {
  while (!lifecycle.draining)
    try {
      const { version, isNew } = await declareRules(db.pool, rules)
      return log.info({ version }, isNew ? 'new rules are in force' : 'the rules in force are these')
    } catch (error) {
      log.warn({ err: error }, 'the rules cannot be put in force yet: trying again')
      await sleep(AGAIN_MS)
    }
}
