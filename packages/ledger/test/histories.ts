import fc from 'fast-check'
import { RESERVE } from '../src/account.ts'
import type { Amount } from '../src/amount.ts'
import type { Ledger } from '../src/ledger.ts'
import type { PostResult, Transfer } from '../src/transfer.ts'

/** A transfer before it is told which history it belongs to: people by name, events by number. */
type Sketch = { event: number; leg: number; debit: string; credit: string; amount: bigint; code: number }

/** Batches of rows, made to collide: few people with little money, few events, many repetitions. */
export type History = Sketch[][]

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
const event = fc.nat(9)

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      event,
      leg: rarely(fc.nat(3), fc.constant(-1)),
      row,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('link' as const),
      event,
      rows: fc.array(row, { minLength: 2, maxLength: 4 }),
      legs: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      rising: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat' as const), of: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('alter' as const),
      of: fc.nat(60),
      what: fc.constantFrom('debit' as const, 'credit' as const, 'amount' as const, 'code' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reverse' as const),
      of: fc.nat(60),
      event: fc.integer({ min: 10, max: 30 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('fund' as const), event: fc.integer({ min: 31, max: 60 }), row }),
  },
)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Histories of up to `steps` steps, cut into batches at random places, in the middle of linked rows too. */
export function histories(steps = 40): fc.Arbitrary<History> {
  return fc
    .record({
      steps: fc.array(step, { minLength: 1, maxLength: steps, size: 'max' }),
      cuts: fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 25 })), {
        minLength: 1,
        maxLength: 12,
      }),
    })
    .map(({ steps, cuts }) => cut(steps.reduce(extend, []), cuts))
}

function extend(rows: Sketch[], next: Step): Sketch[] {
  const earlier = 'of' in next && rows.length > 0 ? rows[next.of % rows.length] : undefined
  switch (next.do) {
    case 'pay':
      return [...rows, { event: next.event, leg: next.leg, ...next.row }]
    case 'fund': {
      const { debit, credit, amount, code } = next.row
      const receiver = credit === RESERVE ? debit : credit
      return [
        ...rows,
        { event: next.event, leg: 0, debit: RESERVE, credit: receiver, amount: amount * 3n, code },
      ]
    }
    case 'link': {
      const legs = next.rising ? next.legs.toSorted((a, b) => a - b) : next.legs
      return [...rows, ...next.rows.map((row, index) => ({ event: next.event, leg: legs[index]!, ...row }))]
    }
    case 'repeat':
      return earlier ? [...rows, earlier] : rows
    case 'alter': {
      if (!earlier) return rows
      const other = PEOPLE.find((name) => name !== earlier.debit && name !== earlier.credit)!
      const altered = { debit: other, credit: other, amount: earlier.amount + 1n, code: earlier.code + 1 }[
        next.what
      ]
      return [...rows, { ...earlier, [next.what]: altered }]
    }
    case 'reverse':
      return earlier
        ? [...rows, { ...earlier, event: next.event, debit: earlier.credit, credit: earlier.debit }]
        : rows
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
