import { decimalOf, nanoOf } from './decimal.ts'
import type { WalletAnswer } from './member.ts'
import type { Outcome } from './reckoning/expected.ts'
import type { Holding } from './reckoning/state.ts'

/** Figures as they should be next to figures as they are. */
export class Figures {
  count = 0
  readonly differences: string[] = []

  /** Compares amounts of money, in nano. */
  money(what: string, expected: bigint, found: bigint | string | undefined): void {
    const nano = typeof found === 'string' ? nanoOf(found) : found
    this.#add(what, decimalOf(expected), nano === undefined ? 'nothing' : decimalOf(nano))
  }

  /** Compares anything that has one way to be written. */
  same(what: string, expected: number | boolean, found: number | boolean | undefined): void {
    this.#add(what, String(expected), String(found))
  }

  #add(what: string, expected: string, found: string) {
    this.count++
    if (expected !== found) this.differences.push(`${what}: expected ${expected}, found ${found}`)
  }
}

/** What the network and the chain say somebody has. */
export type Seen = { id: string; answer: WalletAnswer; wallet: bigint }

/** Compares what somebody has, by the API, by the books and by the chain. */
export function checkMember(
  figures: Figures,
  name: string,
  expected: Holding,
  seen: Seen,
  books: ReadonlyMap<string, bigint>,
): void {
  const none = { withdrawing: 0n, owed: 0n }
  const { available, pending, budget, pledge } = expected
  for (const [account, nano] of Object.entries({ available, pending, budget, pledge, ...none })) {
    figures.money(`${account} of ${name}, by the API`, nano, seen.answer[account as keyof WalletAnswer])
    figures.money(`${account} of ${name}, in the books`, nano, books.get(`member:${seen.id}:${account}`))
  }
  figures.money(`earned by ${name}`, expected.earned, seen.answer.earnedTotal)
  figures.money(`wallet of ${name}, on the chain`, expected.wallet, seen.wallet)
}

/** Compares what the house has: its revenue, what it sets aside for grants, and everybody's money. */
export function checkHouse(
  figures: Figures,
  expected: Pick<Outcome, 'revenue' | 'grants' | 'vault'>,
  books: ReadonlyMap<string, bigint>,
  vaultOnChain: bigint,
): void {
  figures.money('revenue, in the books', expected.revenue, books.get('platform:revenue'))
  figures.money('set aside for grants, in the books', expected.grants, books.get('pool:grants') ?? 0n)
  figures.money('reserves, in the books', expected.vault, -(books.get('chain:reserve') ?? 0n))
  figures.money('surplus, in the books', 0n, books.get('chain:surplus') ?? 0n)
  figures.money('the vault, on the chain', expected.vault, vaultOnChain)
}
