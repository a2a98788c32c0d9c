import { createPool, type Pool, withTransaction } from '@rivulet/db'
import { act, firstLikes, memberStatement, pledge, rulesFrom, tip, unpledge, wallets } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import type { BenchDatabase } from '../harness/database.ts'

export type Plan = {
  /** The statement, in a few words of its own. */
  what: string
  /** The lines of its plan that touch a table or a function. */
  lines: string[]
}

const BATCH = 50

/** Runs the verbs of the hot path, as the shipped pools run them, and keeps the plan of every statement once. */
export async function collectPlans({ adminUrl }: BenchDatabase): Promise<Plan[]> {
  const plans = new Map<string, string[]>()
  for (const byIndex of [true, false]) {
    const pool = createPool(adminUrl, { max: 1, byIndex })
    pool.on('connect', (client) => client.on('notice', ({ message = '' }) => keep(plans, message)))
    try {
      await explain(pool)
      if (byIndex) await hotPath(pool)
      else await reading(pool)
    } finally {
      await pool.end()
    }
  }
  return [...plans].map(([what, lines]) => ({ what, lines }))
}

async function explain(pool: Pool): Promise<void> {
  await pool.query("load 'auto_explain'")
  for (const setting of [
    'auto_explain.log_min_duration = 0',
    'auto_explain.log_nested_statements = on',
    "auto_explain.log_level = 'notice'",
  ])
    await pool.query(`set ${setting}`)
}

async function hotPath(pool: Pool): Promise<void> {
  const rules = rulesFrom({})
  const { rows: members } = await pool.query<{ id: string }>('select id from members order by id limit $1', [
    BATCH,
  ])
  const { rows: posts } = await pool.query<{ id: string }>('select id from posts order by id desc limit $1', [
    BATCH,
  ])
  const likes = members.map(({ id }, i) => ({ actorId: id, postId: posts[i]!.id }))
  const ids = members.map(({ id }) => id)
  const turn = (on: boolean) => likes.map((like) => ({ ...like, kind: 'like' as const, on }))
  await withTransaction(pool, (tx) => firstLikes(tx, rules, likes))
  await withTransaction(pool, (tx) => act(tx, rules, turn(false)))
  await withTransaction(pool, (tx) => act(tx, rules, turn(true)))
  await withTransaction(pool, (tx) =>
    tip(
      tx,
      rules,
      likes.map(({ actorId, postId }) => ({
        payerId: actorId,
        to: { postId },
        amount: amountOf(1_000_000n),
      })),
    ),
  )
  await withTransaction(pool, (tx) =>
    pledge(
      tx,
      ids.map((memberId) => ({ memberId, amount: amountOf(1_000n) })),
    ),
  )
  await withTransaction(pool, (tx) => unpledge(tx, ids))
  await wallets(pool, ids)
}

async function reading(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ id: string }>('select id from members order by id limit 1')
  const first = await memberStatement(pool, rows[0]!.id, { limit: 20 })
  if (first.next) await memberStatement(pool, rows[0]!.id, { limit: 20, cursor: first.next })
}

/** Reading what the bench itself asks for is nobody's business. */
const OWN = /^(select id from (members|posts) order by|load |set )/

function keep(plans: Map<string, string[]>, message: string): void {
  const [, text] = /Query Text: ([\s\S]*?)\n(?:Query Parameters|[A-Z][\w ]+ {2}\(cost)/.exec(message) ?? []
  if (text === undefined || OWN.test(text.trim())) return
  const what = text.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().slice(0, 90)
  const lines = message
    .split('\n')
    .filter(
      (line) => /\b(Scan|Insert|Update|LockRows|Delete)\b/.test(line) && !/(CTE|Subquery) Scan/.test(line),
    )
    .map((line) => line.replace(/ {2}\(cost=.*?\)/, ''))
  if (lines.length > 0 && !plans.has(what)) plans.set(what, lines)
}
