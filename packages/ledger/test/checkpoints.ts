import type pg from 'pg'

/** What an account had moved: signed nano, and a count of legs. */
export type State = { balance: bigint; version: bigint }

/** The state of each account after all transfers up to a position, added up here and not in the database. */
export async function addUp(db: pg.Pool, upto: bigint): Promise<Map<string, State>> {
  const { rows } = await db.query('select debit, credit, amount from ledger.transfer where seq <= $1', [upto])
  const states = new Map<string, State>()
  const move = (account: string, amount: bigint) => {
    const { balance, version } = states.get(account) ?? { balance: 0n, version: 0n }
    states.set(account, { balance: balance + amount, version: version + 1n })
  }
  for (const { debit, credit, amount } of rows) {
    move(debit, -BigInt(amount))
    move(credit, BigInt(amount))
  }
  return new Map([...states].sort(byAccount))
}

/** The states the last checkpoint has. */
export async function statesOf(db: pg.Pool): Promise<Map<string, State>> {
  const { rows } = await db.query('select account, balance, version from ledger.checkpoint_balance')
  const states = rows.map(({ account, balance, version }): [string, State] => [
    account,
    { balance: BigInt(balance), version: BigInt(version) },
  ])
  return new Map(states.sort(byAccount))
}

const byAccount = ([a]: [string, State], [b]: [string, State]) => Number(BigInt(a) - BigInt(b))
