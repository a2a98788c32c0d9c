import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startServer } from '../harness/database.ts'
import { collectPlans, type Plan } from './collect.ts'
import { seed, TRANSFERS } from './seed.ts'

/*
 * Writes docs/PLANS.md: how PostgreSQL carries out each statement of the hot path over a book of ten million transfers.
 * Exits with 1 when one of them scans a table.
 */

const millions = Number(process.argv[2] ?? TRANSFERS / 1e6)
const server = await startServer()
try {
  await seed(server.template, millions * 1e6)
  const plans = await collectPlans(server.template)
  const scanned = plans.filter(({ lines }) => lines.some((line) => line.includes('Seq Scan')))
  if (millions * 1e6 === TRANSFERS)
    writeFileSync(join(import.meta.dirname, '../../docs/PLANS.md'), page(plans))
  console.log(`${plans.length} statements, ${scanned.length} with a sequential scan`)
  for (const { what, lines } of scanned) console.log(`${what}\n${lines.join('\n')}`)
  if (scanned.length > 0 || plans.length < 10) process.exitCode = 1
} finally {
  await server.stop()
}

function page(plans: Plan[]): string {
  const sections = plans.map(({ what, lines }) => `## ${what}\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n`)
  return `# Plans of the hot path

How PostgreSQL carries out the statements behind a like, a tip, a pledge, a wallet and a page of a statement, in a book of
${TRANSFERS / 1e6} million transfers over a year of months, with 1 million interactions and receipts of 100,000 members. Written by
\`npm run bench:plans\`, which fails when a table is scanned from end to end. Of each plan the lines are kept that touch a table or
a function; \`auto_explain\` found the statements inside functions and triggers too.

${sections.join('\n')}`
}
