import fc from 'fast-check'
import { RESERVE } from '../src/account.ts'
import type { Amount } from '../src/amount.ts'
import type { Ledger } from '../src/ledger.ts'
import type { PostResult, Transfer } from '../src/transfer.ts'

/**
 * A transfer before it is told which history it belongs to: people by name, events by number. `operation` is the one of
 * the history that made it.
 */
export type Sketch = {
  operation: number
  event: number
  leg: number
  debit: string
  credit: string
  amount: bigint
  code: number
}

/** Batches of rows, made to collide: few people with little money, few events, many repetitions. */
export type History = Sketch[][]

/** What most properties live through: histories of so many operations. */
export const OPERATIONS = 40

export const PEOPLE = ['alice', 'bob', 'carol', 'dave']
const STRANGERS = ['mallory', 'nobody']

const rarely = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 29, arbitrary: usual }, { weight: 1, arbitrary: rare })

const sides = rarely(
  fc.shuffledSubarray([...PEOPLE, RESERVE], { minLength: 2, maxLength: 2 }),
  fc.tuple(fc.constantFrom(...PEOPLE, ...STRANGERS), fc.constantFrom(...PEOPLE, ...STRANGERS)),
)
const row = fc
  .record({
    sides,
    amount: rarely(fc.bigInt(1n, 8n), fc.bigInt(-2n, 0n)),
    code: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ sides, ...rest }) => ({ debit: sides[0]!, credit: sides[1]!, ...rest }))
const earlierRow = fc.nat(9_999)

/** The operations a history is made of. Events are so few that they meet, however long it is. */
function operationsOf(length: number) {
  const quarter = Math.ceil(length / 4)
  const event = fc.nat(quarter - 1)
  const pay = fc.record({
    do: fc.constant('pay' as const),
    event,
    leg: rarely(fc.nat(3), fc.constant(-1)),
    row,
  })
  const link = fc.record({
    do: fc.constant('link' as const),
    event,
    rows: fc.array(row, { minLength: 2, maxLength: 4 }),
    legs: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    rising: fc.boolean(),
  })
  const repeat = fc.record({ do: fc.constant('repeat' as const), of: earlierRow })
  const alter = fc.record({
    do: fc.constant('alter' as const),
    of: earlierRow,
    what: fc.constantFrom('debit' as const, 'credit' as const, 'amount' as const, 'code' as const),
  })
  const reverse = fc.record({
    do: fc.constant('reverse' as const),
    of: earlierRow,
    event: fc.integer({ min: quarter, max: 3 * quarter }),
  })
  const fund = fc.record({
    do: fc.constant('fund' as const),
    event: fc.integer({ min: 3 * quarter + 1, max: 6 * quarter }),
    row,
  })
  const any = fc.oneof(
    { weight: 4, arbitrary: pay },
    { weight: 3, arbitrary: link },
    { weight: 2, arbitrary: repeat },
    { weight: 1, arbitrary: alter },
    { weight: 2, arbitrary: reverse },
    { weight: 5, arbitrary: fund },
  )
  return { any, fund }
}

type Operation = ReturnType<typeof operationsOf>['any'] extends fc.Arbitrary<infer S> ? S : never

/**
 * Histories of exactly `length` operations, cut into batches at random places, in the middle of linked rows too. Each
 * operation is a row or more. Those that fail shrink to shorter ones.
 */
export function histories(length = OPERATIONS): fc.Arbitrary<History> {
  const { any, fund } = operationsOf(length)
  return fc
    .record({
      // Money first, so that whatever comes next has something to be about.
      first: fund,
      rest: new WholeThenShorter(any, length - 1),
      cuts: fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 25 })), {
        minLength: 1,
        maxLength: 12,
      }),
    })
    .map(({ first, rest, cuts }) => cut(rowsOf([first, ...rest]), cuts))
}

/** Arrays of one length when drawn, of any shorter one when shrunk. */
class WholeThenShorter<T> extends fc.Arbitrary<T[]> {
  readonly #whole: fc.Arbitrary<T[]>
  readonly #shorter: fc.Arbitrary<T[]>

  constructor(element: fc.Arbitrary<T>, length: number) {
    super()
    this.#whole = fc.array(element, { minLength: length, maxLength: length, size: 'max' })
    this.#shorter = fc.array(element, { maxLength: length, size: 'max' })
  }

  generate(random: fc.Random, bias: number | undefined): fc.Value<T[]> {
    return this.#whole.generate(random, bias)
  }

  canShrinkWithoutContext(value: unknown): value is T[] {
    return this.#shorter.canShrinkWithoutContext(value)
  }

  shrink(value: T[], context: unknown): fc.Stream<fc.Value<T[]>> {
    return this.#shorter.shrink(value, context)
  }
}

function rowsOf(operations: Operation[]): Sketch[] {
  const rows: Sketch[] = []
  operations.forEach((one, operation) => {
    for (const row of rowsOfOne(one, rows)) rows.push({ ...row, operation })
  })
  return rows
}

function rowsOfOne(one: Operation, before: readonly Sketch[]): Omit<Sketch, 'operation'>[] {
  switch (one.do) {
    case 'pay':
      return [{ event: one.event, leg: one.leg, ...one.row }]
    case 'fund': {
      const { debit, credit, amount, code } = one.row
      const receiver = credit === RESERVE ? debit : credit
      return [{ event: one.event, leg: 0, debit: RESERVE, credit: receiver, amount: amount * 3n, code }]
    }
    case 'link': {
      const legs = one.rising ? one.legs.toSorted((a, b) => a - b) : one.legs
      return one.rows.map((row, index) => ({ event: one.event, leg: legs[index]!, ...row }))
    }
    case 'repeat':
      return [before[one.of % before.length]!]
    case 'alter': {
      const earlier = before[one.of % before.length]!
      const other = PEOPLE.find((name) => name !== earlier.debit && name !== earlier.credit)!
      const altered = { debit: other, credit: other, amount: earlier.amount + 1n, code: earlier.code + 1 }
      return [{ ...earlier, [one.what]: altered[one.what] }]
    }
    case 'reverse': {
      const earlier = before[one.of % before.length]!
      return [{ ...earlier, event: one.event, debit: earlier.credit, credit: earlier.debit }]
    }
  }
}

function cut(rows: Sketch[], sizes: number[]): History {
  const batches: History = []
  for (let from = 0, turn = 0; from < rows.length; turn++) {
    const size = sizes[turn % sizes.length]!
    batches.push(rows.slice(from, from + size))
    from += size
  }
  return batches
}

let stages = 0

/** One history in a ledger of its own, or in a corner of a shared one: names and ids that no other history has. */
export class Stage {
  readonly #corner = ++stages

  ref(name: string): string {
    return name === RESERVE ? RESERVE : `${name}~${this.#corner}`
  }

  id(event: number): string {
    return `0197a000-0000-7000-8000-${(this.#corner * 1000 + event).toString(16).padStart(12, '0')}`
  }

  transfers(batch: readonly Sketch[]): Transfer[] {
    return batch.map(({ event, leg, debit, credit, amount, code }) => ({
      id: this.id(event),
      leg,
      debit: this.ref(debit),
      credit: this.ref(credit),
      amount: amount as Amount,
      code,
    }))
  }

  async open(ledger: Ledger): Promise<void> {
    await ledger.open([RESERVE, ...PEOPLE.map((name) => this.ref(name))])
  }

  /** What each of `PEOPLE` has, in their order. */
  async balances(ledger: Ledger): Promise<(bigint | undefined)[]> {
    const refs = PEOPLE.map((name) => this.ref(name))
    const balances = await ledger.balances(refs)
    return refs.map((ref) => balances.get(ref))
  }
}

/** The batches of a history one by one; the results of all rows in order. */
export async function live(ledger: Ledger, stage: Stage, history: History): Promise<PostResult[]> {
  const results: PostResult[] = []
  for (const batch of history) results.push(...(await ledger.post(stage.transfers(batch))))
  return results
}

/** The same rows, each linked unit a batch of its own. Units never reach over the end of a batch. */
export function oneByOne(history: History): History {
  return history.flatMap((batch) => {
    const units: Sketch[][] = []
    batch.forEach((row, index) => {
      const before = batch[index - 1]
      if (before && before.event === row.event && before.leg < row.leg) units.at(-1)!.push(row)
      else units.push([row])
    })
    return units
  })
}
