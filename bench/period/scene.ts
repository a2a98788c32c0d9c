import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createPool, GroupCommit, type Pool } from '@rivulet/db'
import { type ActInput, type ActResult, act, firstLikes, type Rules, rulesFrom } from '@rivulet/economy'
import { audit as auditLedger } from '@rivulet/ledger'
import type { BenchDatabase } from '../harness/database.ts'
import { BUDGET } from './seed.ts'

export interface Scene {
  url: string
  pool: Pool
  likes: Likes
  period: bigint
  members: string[]
  posts: string[]
  /** Nano of the likes that were answered. */
  liked: bigint
}

export async function open(database: BenchDatabase): Promise<Scene> {
  const pool = createPool(database.url, { max: 2, transactionTimeoutMs: 600_000 })
  const ids = async (text: string) => (await pool.query<{ ids: string[] }>(text)).rows[0]!.ids
  const { rows } = await pool.query('select max(period) as period from interactions')
  return {
    ...{ url: database.url, pool, period: rows[0].period, liked: 0n },
    likes: new Likes(database.url, rulesFrom({})),
    members: await ids('select array_agg(id) as ids from members'),
    posts: await ids(`select array_agg(id) as ids from posts where tags[1] = 'fresh'`),
  }
}

export async function close({ pool, likes }: Scene): Promise<void> {
  await likes.close()
  await pool.end()
}

/** Likes as the route makes them: gathered, first ones the short way. */
class Likes {
  readonly #hot: Pool
  readonly #firsts: GroupCommit<Pick<ActInput, 'actorId' | 'postId'>, ActResult | undefined>
  readonly #others: GroupCommit<ActInput, ActResult>

  constructor(url: string, rules: Rules) {
    this.#hot = createPool(url, { max: 4, byIndex: true, pipelined: true })
    this.#firsts = new GroupCommit(
      this.#hot,
      async (tx, likes, attempt) =>
        attempt === 1 ? firstLikes(tx, rules, likes) : likes.map(() => undefined),
      { eager: true, workers: 1 },
    )
    this.#others = new GroupCommit(
      this.#hot,
      (tx, wishes, attempt) => act(tx, rules, wishes, { commits: attempt === 1 }),
      { eager: true },
    )
  }

  async like(actorId: string, postId: string): Promise<ActResult> {
    const first = await this.#firsts.submit({ actorId, postId })
    return first ?? this.#others.submit({ actorId, postId, kind: 'like', on: true })
  }

  async close(): Promise<void> {
    await this.#firsts.drain()
    await this.#others.drain()
    await this.#hot.end()
  }
}

/** What the closing process says in the end. */
export type Closed = { seconds: number; interactions: number; paid: string; peakRssMiB: number }

/** Starts the worker's close in a process of its own. */
export function startClosing({ url, period }: Scene): { closed: Promise<Closed> } {
  const child: ChildProcess = fork(new URL('./closer-main.ts', import.meta.url), {
    env: { ...process.env, DATABASE_URL: url, PERIOD: String(period) },
  })
  const closed = Promise.race([
    once(child, 'message').then(([said]) => said as Closed),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the close ended with code ${code}`)
    }),
  ])
  return { closed }
}

/**
 * The close is whole: every budget paid for every interaction or kept its part, and nothing is anywhere in between.
 * @throws Error with what is wrong
 */
export async function audit({ pool, period, members, liked }: Scene): Promise<string> {
  const report = await auditLedger(pool, { clearing: [{ prefix: 'period:', maxAgeMs: 0 }] })
  if (!report.ok)
    throw new Error(`the ledger's laws: ${report.violations.map((v) => `${v.law} ${v.ref}`).join()}`)
  const { rows } = await pool.query(FOUND, [period])
  const { status, paid, credited, posted, left, interactions } = rows[0]
  const whole = BUDGET * BigInt(members.length)
  if (status !== 'closed' || paid !== credited || paid !== posted || left + paid + liked !== whole)
    throw new Error(`not exact: ${JSON.stringify({ ...rows[0], liked, whole }, (_, v) => String(v))}`)
  return `exact: ${interactions} interactions were split, receipts and books agree, every law holds`
}

const FOUND = `
  select p.status, p.paid, p.interactions,
    (select sum(gross)::bigint from receipts where closing) as credited,
    (select sum(amount)::bigint from ledger.transfer t join ledger.account a on a.id = t.debit
      where a.ref = 'period:' || p.number) as posted,
    (select sum(balance)::bigint from ledger.account where ref like 'member:%:budget') as left
  from periods p where number = $1`
