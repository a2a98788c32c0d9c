import { ledgerOf, newId, RunAgain, type Tx } from '@rivulet/db'
import { GRANTS, periodAccount, STREAMS } from '../chart.ts'
import { clearsAt } from '../interactions/rules.ts'
import type { Rules } from '../rules.ts'
import { amendStep, type Written } from './amend.ts'
import { deliver } from './deliver.ts'
import { creditsOf, type Move, movesOf, receiversOf } from './plan.ts'
import { postingIdOf } from './posting-ids.ts'
import {
  type Budget,
  type ClosingInteraction,
  lockCursor,
  lockInteractions,
  nextBudgets,
  readBlocked,
  readLeft,
  readPeople,
  readPeriod,
  takePlace,
  waitBehind,
} from './store.ts'
import { advancePeriod, countIdle, forgetIdle, insertReceipts, postMoves } from './write.ts'

export type CloseStep = {
  /** Nothing of the period is left to do. */
  done: boolean
  /** Budgets that paid, and the interactions they were split over. */
  payers: number
  interactions: number
  /** Nano that left the budgets for receivers. */
  paid: bigint
  /** Nano of idle budgets that went to `pool:grants`. */
  swept: bigint
}

export type StepOptions = {
  /** Most interactions of a step; a single member with more is a step of their own. */
  limit?: number
  /** Begins here and not where the close is: where the step that is under way will leave it. */
  after?: bigint | undefined
  /** Told, when there is a next step, where that begins, as soon as it is known. */
  planned?: ((next: bigint) => void) | undefined
  /** Where the step that is under way began, if it was prepared too: with `after`, it is let go first. */
  behind?: bigint | undefined
}

/** Receipts of a step of deliveries, as a multiple of the interactions of a step: adding up is quicker than splitting. */
const DELIVERED_AT_ONCE = 4

/**
 * One step of a period's close, one transaction. First it splits what is left of the next budgets over their members'
 * interactions of the period: the receipts are written, and the money goes into the account of the period. When all
 * budgets are split, it hands over to the next receivers what they are given.
 *
 * To be called until it is `done`. How far it is moves with the money, so it may be killed at any point, repeated, and
 * run by two at once, of whom one waits for the other. With `after` it is prepared while the step before it is under way,
 * waits for that to be committed, and then posts.
 *
 * @throws RunAgain when a budget was spent in the meantime down to next to nothing, or the step before did not end at
 * `after`: to be run again, without `after` and best with a lower limit
 * @throws Error when the period is not over, or an earlier one is being closed still
 */
export async function closePeriodStep(
  tx: Tx,
  rules: Rules,
  period: bigint,
  { limit = 1_000, after, planned, behind }: StepOptions = {},
): Promise<CloseStep> {
  if (after !== undefined) await takePlace(tx, period, after)
  const stand = await readPeriod(tx, period, rules, { lock: after === undefined })
  const nothing = { payers: 0, interactions: 0, paid: 0n, swept: 0n }
  if (stand === undefined) return { done: true, ...nothing }
  if (stand.split && after === undefined)
    return { done: await deliver(tx, period, stand.delivered, DELIVERED_AT_ONCE * limit), ...nothing }
  const next = await nextBudgets(tx, period, after ?? stand.cursor, limit)
  if (!next.last) planned?.(next.cursor)
  const plan = await planStep(tx, rules, period, next.budgets, (receiverId) =>
    postingIdOf(stand.delivered, period, receiverId),
  )

  const times = { normal: clearsAt(period, 'normal', rules), young: clearsAt(period, 'young', rules) }
  await insertReceipts(tx, plan.credits, { period, version: rules.version, clearsAt: times })
  if (after !== undefined) {
    if (behind !== undefined) await waitBehind(tx, period, behind)
    if ((await lockCursor(tx, period)) !== after) throw new RunAgain('the step before ended elsewhere')
  }
  const refused = await postMoves(tx, plan.moves)
  const { credits, kept } = refused.length > 0 ? await amendStep(tx, refused, plan) : { ...plan, kept: 0n }
  const counts = {
    payers: new Set(credits.map((credit) => credit.id)).size,
    interactions: new Set(credits.map((credit) => credit.interaction.id)).size,
    paid: sumOf(credits.map((credit) => credit.gross)),
    swept: plan.swept - kept,
  }
  await advancePeriod(tx, period, { ...counts, cursor: next.cursor, split: next.last })
  return { done: false, ...counts }
}

type StepPlan = Written & { moves: Move[]; swept: bigint }

/** Decides what becomes of these budgets. Locks the interactions; notes which members were idle. */
async function planStep(
  tx: Tx,
  rules: Rules,
  period: bigint,
  found: Budget[],
  postingIdOf: (receiverId: string) => string,
): Promise<StepPlan> {
  const payers = found.map((budget) => budget.memberId)
  const interactions = await lockInteractions(tx, period, payers)
  const budgets = await readLeft(tx, found)
  const byPayer = Map.groupBy(interactions, (one) => one.actorId)
  const idle = budgets.filter(({ memberId }) => !byPayer.has(memberId))
  const sweeps = await sweepIdle(tx, rules, period, idle, [...byPayer.keys()])

  const open = interactions.filter((one) => !one.credited)
  const openByPayer = Map.groupBy(open, (one) => one.actorId)
  const { people, barred } = await readEarners(tx, rules, open)
  const split = (budget: Budget, id: string) =>
    creditsOf(budget, openByPayer.get(budget.memberId) ?? [], {
      ...{ rules, people, postingIdOf, id },
      barred: barred(budget.memberId),
    })
  const credits = budgets
    .filter(({ memberId }) => openByPayer.has(memberId))
    .flatMap((budget) => split(budget, newId()))
  const moves = credits.length > 0 ? movesOf(budgets, credits, await openPeriod(tx, period)) : []
  return {
    ...{ budgets, credits, split, moves: [...sweeps, ...moves] },
    swept: sumOf(sweeps.map((sweep) => sweep.amount)),
  }
}

const sumOf = (amounts: bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n)

async function openPeriod(tx: Tx, period: bigint): Promise<bigint> {
  const ref = periodAccount(period)
  return (await ledgerOf(tx).open([ref])).get(ref)!
}

/** Counts the idle; of those who have been for too long, what is left goes to grants. */
async function sweepIdle(
  tx: Tx,
  rules: Rules,
  period: bigint,
  idle: Budget[],
  busy: string[],
): Promise<Move[]> {
  const closes = await countIdle(tx, period, { idle: idle.map((budget) => budget.memberId), busy })
  const ended = idle.filter(({ memberId }) => closes.get(memberId)! >= rules.idleCloses)
  if (ended.length === 0) return []
  await forgetIdle(
    tx,
    ended.map((budget) => budget.memberId),
  )
  const grants = (await ledgerOf(tx).open([GRANTS])).get(GRANTS)!
  return ended.map(({ account, left }) => {
    return { id: newId(), leg: 0, debit: account, credit: grants, amount: left, code: STREAMS.grant }
  })
}

/** Everybody these interactions pay or could pay, and who of them may not earn from a payer. */
async function readEarners(tx: Tx, rules: Rules, interactions: ClosingInteraction[]) {
  const pairs = new Map(
    interactions.flatMap((one) =>
      receiversOf(one).all.map((receiverId) => {
        const pair = { payerId: one.actorId, receiverId }
        return [`${pair.payerId}/${receiverId}`, pair] as const
      }),
    ),
  )
  const all = [...pairs.values()]
  const ids = new Set(all.flatMap(({ payerId, receiverId }) => [payerId, receiverId]))
  const people = await readPeople(tx, [...ids], rules.youngSeconds)
  const nobody = [...people].filter(([, person]) => person.barred).map(([id]) => id)
  const blocked = Map.groupBy(await readBlocked(tx, all), (pair) => pair.payerId)
  const barred = (payerId: string) =>
    new Set([...nobody, ...(blocked.get(payerId) ?? []).map((pair) => pair.receiverId)])
  return { people, barred }
}
