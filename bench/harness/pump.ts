import { fork } from 'node:child_process'
import type { Measure } from './bench.ts'
import type { Variable } from './wire.ts'

/** One transaction, statement by statement, each a round trip, as an application would send it. */
export interface Script {
  statements: {
    sql: string
    parameters: readonly Variable[]
    /** Answers accounts as (id, balance), and the payer's has to cover the amount. */
    readsBalances?: true
  }[]
  /** First and last id of the accounts to draw a payer and a payee from: never the same one for both. */
  payers: readonly [number, number]
  payees: readonly [number, number]
  amount: number
}

/** What a pump is to do. */
export interface PumpOrder {
  /** Whom to sign in as. */
  url: string
  connections: number
  script: Script
  seconds: number
}

/** What it did. */
export interface PumpReport extends Measure {
  /** Transactions that the server acknowledged, those of the warm-up too. */
  acknowledged: number
}

/**
 * Runs a script over and over on so many connections, each waiting for its answer before it sends the next: in a
 * process of its own that does nothing else, speaks the protocol itself, and so costs the cores as little as it can.
 *
 * @throws Error with what the server said, when it refused anything.
 */
export async function pump(order: PumpOrder): Promise<PumpReport> {
  const child = fork(new URL('./pump-main.ts', import.meta.url), { serialization: 'advanced' })
  try {
    return await new Promise<PumpReport>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`the pump ended with ${code}`)))
      child.once('message', (answer: PumpReport | { failed: string }) =>
        'failed' in answer ? reject(new Error(answer.failed)) : resolve(answer),
      )
      child.send(order)
    })
  } finally {
    if (child.connected) child.disconnect()
  }
}
