import { readArguments } from './arguments.ts'
import { reportOf, tableOf } from './harness/report.ts'
import { runChaos } from './run.ts'
import { SECTIONS } from './sections/all.ts'

/*
 * The shipped processes, killed and lied to in every way that this folder knows, and what they paid afterwards. Prints a
 * table and one line of JSON; ends with 1 when anything was violated or not reached. README.md says more.
 */

const { seed, scale, sections, history, point, lanes, minutes, first } = readArguments(
  process.argv.slice(2),
  process.env,
  SECTIONS,
)
console.log(`SEED=${seed} --scale ${scale}: ${sections.map(({ name }) => name).join(', ')}`)
const began = performance.now()
const tally = await runChaos({
  ...{ sections, seed, scale, point, lanes, first },
  history: (name) => name.includes(history),
  deadlineMs: minutes * 60_000,
  say: (line) => console.log(line),
})
const seconds = Math.round((performance.now() - began) / 1000)
const report = reportOf(tally, sections, {
  ...{ seed, scale, seconds },
  partial: history !== '' || point !== undefined || first,
})

for (const violation of tally.violations) {
  console.log(`\nVIOLATED in ${violation.history}`)
  console.log(
    `  again: SEED=${seed} npm run chaos:settlement -- --scale ${scale} --history '${violation.history}'`,
  )
  for (const found of violation.found) console.log(`  ${found}`)
  if (violation.log) console.log(violation.log.replaceAll(/^/gm, '    | '))
}
console.log(
  `\n${tableOf(tally, sections, report)}\n\n${sections.map(({ name, about }) => `${name}: ${about}`).join('\n')}`,
)
console.log(JSON.stringify(report))
process.exitCode = report.pass ? 0 : 1
