import { readArguments } from '../harness/arguments.ts'
import { measure } from './measure.ts'
import { resultOf, tableOf } from './report.ts'

/*
 * What settlement costs in gas, on a chain of its own: whole transactions, as their receipts say. Gas is no matter of
 * time or luck, so there is one round, and nothing to repeat.
 */

try {
  const { quick } = readArguments(process.argv.slice(2))
  const found = await measure(quick ? { batch: 20, naive: 5, accounts: [100, 1_000] } : undefined)
  console.log(`${tableOf(found)}\n`)
  console.log(JSON.stringify(resultOf(found)))
} catch (error) {
  console.error(`bench:gas failed: ${(error as Error).stack}`)
  process.exitCode = 1
}
