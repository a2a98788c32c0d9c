import { createReadStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { verifyFile } from './verify.ts'

// Checks a log or an archive without asking anybody. Code 1: the first fault is named. Code 2: it could not be read.
const USAGE = 'npm run verify-posts -- --file FILE [--author 0x…] [--contract-wallet]'
const values = argumentsOf(process.argv.slice(2))
if (!values?.file) {
  console.error(USAGE)
  process.exit(2)
}
try {
  const verdict = await verifyFile(createReadStream(values.file), {
    ...(values.author ? { author: values.author } : {}),
    contractWallet: values['contract-wallet'] ?? false,
  })
  if (verdict.fault) console.error(`FAULT  ${verdict.fault}`)
  else console.log(verdict.summary)
  process.exitCode = verdict.fault ? 1 : 0
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

function argumentsOf(args: string[]) {
  const text = { type: 'string' } as const
  try {
    const options = { file: text, author: text, 'contract-wallet': { type: 'boolean' } } as const
    return parseArgs({ args, options }).values
  } catch {
    return undefined
  }
}
