import { RunAgain, type Tx } from '@rivulet/db'
import type { ClosingCredit, Move } from './plan.ts'
import { type Budget, readLeft } from './store.ts'
import { amendReceipts, postMoves } from './write.ts'

/** What a step has written down, and how it splits a budget. */
export type Written = {
  budgets: Budget[]
  credits: ClosingCredit[]
  split: (budget: Budget, id: string) => ClosingCredit[]
}

/**
 * Splits anew the budgets that were spent while a step was prepared, and posts what is left of them. Their accounts are
 * locked by the posting that was refused, so that this is the last word.
 *
 * @param refused by `postMoves`
 * @returns the credits of the step as they stand, and what idle budgets kept of what was to leave them, in nano
 * @throws RunAgain when so little is left that somebody gets nothing of it
 */
export async function amendStep(
  tx: Tx,
  refused: Move[],
  { budgets, credits, split }: Written,
): Promise<{ credits: ClosingCredit[]; kept: bigint }> {
  const accounts = new Set(refused.map((move) => move.debit))
  const spent = await readLeft(
    tx,
    budgets.filter((budget) => accounts.has(budget.account)),
  )
  const left = new Map(spent.map((budget) => [budget.account, budget]))
  const byPayment = Map.groupBy(credits, (credit) => credit.id)
  const anew = new Map<string, ClosingCredit[]>()
  for (const { id, debit } of refused) {
    const before = byPayment.get(id)
    if (!before) continue
    const budget = left.get(debit)
    const after = budget ? split(budget, id) : []
    // Less to split gives nobody more (highest averages), so as many parts are the same parts, in the same order.
    if (after.length !== before.length) throw new RunAgain('a budget was spent in the meantime')
    anew.set(id, after)
  }
  await amendReceipts(tx, [...anew.values()].flat())

  const moves = refused.flatMap((move) => {
    const after = anew.get(move.id)
    const amount = after ? sumOf(after) : (left.get(move.debit)?.left ?? 0n)
    return amount > 0n ? [{ ...move, amount }] : []
  })
  const again = await postMoves(tx, moves)
  if (again.length > 0) throw new Error(`budget ${again[0]!.debit} changed while it was locked`)
  const idle = (some: Move[]) =>
    some.filter((move) => !byPayment.has(move.id)).reduce((sum, move) => sum + move.amount, 0n)
  return {
    credits: credits.filter((credit) => !anew.has(credit.id)).concat(...anew.values()),
    kept: idle(refused) - idle(moves),
  }
}

const sumOf = (credits: ClosingCredit[]) => credits.reduce((sum, { gross }) => sum + gross, 0n)
