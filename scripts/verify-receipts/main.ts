import { parseArgs } from 'node:util'
import { apiOf } from './api.ts'
import { type Side, verifyPeriod } from './verify.ts'

// Recomputes what a member paid and received of a period from receipts, rules and posts, over HTTP, by arithmetic of its
// own: it knows nothing of the code that made them. Code 1: something differs. Code 2: it could not ask.
const USAGE =
  'npm run verify-receipts -- --url http://127.0.0.1:3000 --period 20600 [--side payer|receiver] --token <session or key; or RIVULET_TOKEN>'
const values = argumentsOf(process.argv.slice(2))
const token = values?.token ?? process.env.RIVULET_TOKEN
if (!values?.url || !token || !/^\d{1,12}$/.test(values.period ?? '') || !isSide(values.side)) {
  console.error(USAGE)
  process.exit(2)
}
try {
  const api = apiOf(values.url, token)
  const member = await api.me()
  let different = 0
  for (const side of values.side ? [values.side] : (['payer', 'receiver'] as const)) {
    const { findings, notes } = await verifyPeriod(api, side, Number(values.period))
    const wrong = findings.filter((finding) => !finding.equal)
    for (const note of notes) console.log(`  ${note}`)
    for (const { what } of wrong) console.log(`DIFFERENT  ${what}`)
    console.log(
      wrong.length === 0
        ? `equal: ${findings.length} figures of ${member} as ${side} of period ${values.period}`
        : `${wrong.length} of ${findings.length} figures of ${member} as ${side} differ`,
    )
    different += wrong.length
  }
  process.exitCode = different > 0 ? 1 : 0
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

function isSide(text: string | undefined): text is Side | undefined {
  return text === undefined || text === 'payer' || text === 'receiver'
}

function argumentsOf(args: string[]) {
  const text = { type: 'string' } as const
  // A token may begin with a dash, and is no option then.
  const at = args.indexOf('--token')
  if (at >= 0 && at + 1 < args.length) args.splice(at, 2, `--token=${args[at + 1]}`)
  try {
    return parseArgs({ args, options: { url: text, token: text, period: text, side: text } }).values
  } catch {
    return undefined
  }
}
