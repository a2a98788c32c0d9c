import { readdirSync } from 'node:fs'
import { outdatedRules } from '@rivulet/economy'
import type { Deps } from '../deps.ts'

export type Part = 'database' | 'migrations' | 'chain'

/** What is wrong with each part; empty when all is well. */
export type Faults = Partial<Record<Part, string>>

/** How a process is: what keeps it from serving, and what an operator should know all the same. */
export type Readiness = { faults: Faults; note?: string | undefined }

const MIGRATIONS = new URL('../../../../prisma/migrations/', import.meta.url)
const KEPT_MS = 1_000
const PATIENCE_MS = 2_000

/** Asks the database and the chain whether this process can serve; an answer is kept for a second. */
export function createReadiness({ db, provider, config, rules, now }: Deps): () => Promise<Readiness> {
  const expected = readdirSync(MIGRATIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  let last: { at: number; readiness: Promise<Readiness> } | undefined

  async function database(): Promise<Faults> {
    const applied = await db.pool.query<{ migration_name: string }>(
      'select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null',
    )
    const names = new Set(applied.rows.map((row) => row.migration_name))
    const missing = expected.filter((name) => !names.has(name))
    return missing.length > 0 ? { migrations: `not applied: ${missing.join(', ')}` } : {}
  }

  async function chain(): Promise<Faults> {
    const id = Number(await provider.send('eth_chainId', []))
    return id === config.chain.id ? {} : { chain: `has the id ${id} instead of ${config.chain.id}` }
  }

  /** A process that runs by older rules serves all the same: while a deployment is replaced, one after another does. */
  async function outdated(): Promise<string | undefined> {
    const note = await inTime(outdatedRules(db.pool, rules)).catch(() => undefined)
    return note && `this process ${note}`
  }

  async function ask(): Promise<Readiness> {
    const [first, second, note] = await Promise.all([
      inTime(database()).catch(() => ({ database: 'does not answer' })),
      inTime(chain()).catch(() => ({ chain: 'does not answer' })),
      outdated(),
    ])
    return { faults: { ...first, ...second }, note }
  }

  return () => {
    if (!last || now() - last.at >= KEPT_MS) last = { at: now(), readiness: ask() }
    return last.readiness
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
