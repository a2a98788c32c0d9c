import { decimalOf } from '../outside/decimal.ts'
import type { Life } from '../outside/life/life.ts'
import type { Tale } from '../outside/tale.ts'

/** People who live in a network, the worker that can be sent away and brought back, and who tells of it all. */
export type World = Life & {
  tale: Tale
  worker: { stop(): Promise<void>; restart(): Promise<void> }
  /** The operator sets revenue aside for grants, by the operator's own command. */
  fundGrants(amount: bigint): Promise<void>
}

/** Tells what somebody did, what it moved, and between whom. */
export function tell({ tale }: World, text: string, amount?: bigint, between = ''): void {
  const money = amount === undefined ? '' : decimalOf(amount)
  tale.line(`  ${text.padEnd(52)} ${money.padStart(14)}  ${between}`.trimEnd())
}
