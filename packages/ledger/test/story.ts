import { expect } from 'vitest'
import { RESERVE } from '../src/account.ts'
import type { Amount } from '../src/amount.ts'
import type { Ledger } from '../src/ledger.ts'
import type { PostResult, Transfer } from '../src/transfer.ts'
import { Stage } from './histories.ts'

let ids = 0

/** A few people with some money, in a corner of the book where nobody else is. */
export class Story {
  readonly #stage = new Stage()
  readonly #ledger: Ledger
  #people: string[] = []

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  static async of(ledger: Ledger, wealth: Record<string, number>): Promise<Story> {
    const story = new Story(ledger)
    story.#people = Object.keys(wealth)
    await ledger.open([RESERVE, ...story.#people.map(story.ref)])
    const rich = Object.entries(wealth).filter(([, amount]) => amount > 0)
    const funded = await ledger.post(rich.map(([name, amount]) => story.row(RESERVE, name, amount)))
    expect(new Set(funded)).toEqual(new Set(funded.length > 0 ? ['ok'] : []))
    return story
  }

  ref = (name: string): string => this.#stage.ref(name)

  row(debit: string, credit: string, amount: number | bigint, rest: Partial<Transfer> = {}): Transfer {
    const id = `0197b000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`
    return {
      id,
      leg: 0,
      debit: this.ref(debit),
      credit: this.ref(credit),
      amount: BigInt(amount) as Amount,
      code: 1,
      ...rest,
    }
  }

  /** Rows of one event: `[leg, debit, credit, amount]`. */
  unit(...legs: [number, string, string, number][]): Transfer[] {
    const { id } = this.row('', '', 1)
    return legs.map(([leg, debit, credit, amount]) => this.row(debit, credit, amount, { id, leg }))
  }

  post(...rows: Parameters<Story['row']>[]): Promise<PostResult[]> {
    return this.#ledger.post(rows.map((row) => this.row(...row)))
  }

  async balances(): Promise<Record<string, bigint>> {
    const balances = await this.#ledger.balances(this.#people.map(this.ref))
    return Object.fromEntries(this.#people.map((name) => [name, balances.get(this.ref(name))!]))
  }
}
