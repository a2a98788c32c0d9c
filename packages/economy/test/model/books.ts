/** Accounts in memory. Money moves between two of them and is never made; only `outside`, where it comes from, is negative. */
export class Books {
  readonly balances = new Map<string, bigint>()

  of(account: string): bigint {
    return this.balances.get(account) ?? 0n
  }

  move(debit: string, credit: string, amount: bigint): void {
    if (amount < 0n) throw new Error(`${amount} from ${debit} to ${credit}`)
    if (debit !== 'outside' && this.of(debit) < amount) throw new Error(`${debit} has no ${amount}`)
    this.balances.set(debit, this.of(debit) - amount)
    this.balances.set(credit, this.of(credit) + amount)
  }

  total(): bigint {
    return [...this.balances.values()].reduce((sum, balance) => sum + balance, 0n)
  }
}
