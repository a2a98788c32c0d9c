import { RESERVE } from '../src/account.ts'
import type { PostResult, Transfer } from '../src/transfer.ts'

/*
 * The README's table of answers said a second time, to compare books with. Nothing is kept but the list of rows that
 * stand; whatever has to be known is counted anew from that list, each time. It shares no line with any book.
 */

/** Rows that stand, in the order they were posted. */
export type Standing = readonly Transfer[]

type Fault = Exclude<PostResult, 'ok' | 'exists' | 'linked_failed'>

const isKey = (a: Transfer, b: Transfer) => a.id === b.id && a.leg === b.leg
const isRow = (a: Transfer, b: Transfer) =>
  isKey(a, b) &&
  `${a.debit} ${a.credit} ${a.amount} ${a.code}` === `${b.debit} ${b.credit} ${b.amount} ${b.code}`

/** What has come in less what has gone out. */
export function heldBy(ref: string, standing: Standing): bigint {
  let held = 0n
  for (const { debit, credit, amount } of standing) {
    if (credit === ref) held += amount
    if (debit === ref) held -= amount
  }
  return held
}

/** What can be wrong with a row, in the order of checking. */
const FAULTS: [Fault, (row: Transfer, standing: Standing, open: ReadonlySet<string>) => boolean][] = [
  ['invalid', ({ amount, debit, credit, leg }) => amount < 1n || debit === credit || leg < 0],
  ['conflict', (row, standing) => standing.some((one) => isKey(one, row) && !isRow(one, row))],
  ['unknown_account', ({ debit, credit }, _, open) => !(open.has(debit) && open.has(credit))],
  [
    'insufficient',
    (row, standing) =>
      row.debit !== RESERVE &&
      !standing.some((one) => isRow(one, row)) &&
      heldBy(row.debit, standing) < row.amount,
  ],
]

/**
 * What a book has to answer to a batch, and what stands after it.
 * @param open the accounts that were opened
 */
export function foretell(
  batch: readonly Transfer[],
  standing: Standing,
  open: ReadonlySet<string>,
): { answers: PostResult[]; standing: Standing } {
  if (batch.length === 0) return { answers: [], standing }
  const end = batch.findIndex(
    (row, at) => at > 0 && !(row.id === batch[at - 1]!.id && row.leg > batch[at - 1]!.leg),
  )
  const [unit, rest] = end < 0 ? [batch, []] : [batch.slice(0, end), batch.slice(end)]
  const first = foretellUnit(unit, standing, open)
  const others = foretell(rest, first.standing, open)
  return { answers: [...first.answers, ...others.answers], standing: others.standing }
}

function foretellUnit(unit: readonly Transfer[], standing: Standing, open: ReadonlySet<string>) {
  const wasThere = unit.map((row) => standing.some((one) => isRow(one, row)))
  const fresh = unit.filter((_, at) => !wasThere[at])
  const faults = unit.map((row) => {
    const before = [...standing, ...fresh.filter((one) => one.leg < row.leg)]
    return FAULTS.find(([, isAtFault]) => isAtFault(row, before, open))?.[0]
  })
  const failed = faults.findIndex((fault) => fault !== undefined)
  const answers = unit.map((_, at): PostResult => {
    if (failed < 0) return wasThere[at] ? 'exists' : 'ok'
    if (at === failed) return faults[at]!
    return at < failed && wasThere[at] ? 'exists' : 'linked_failed'
  })
  return { answers, standing: failed < 0 ? [...standing, ...fresh] : standing }
}
