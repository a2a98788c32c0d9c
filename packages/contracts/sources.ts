import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const openZeppelin = require.resolve('@openzeppelin/contracts/package.json')

/** Where this package is. */
export const home = dirname(fileURLToPath(import.meta.url))

/** What is deployed; everything else under `solidity/` is a part of these. */
export const deployable = ['SettlementVault', 'TestDollar']

/** How the compiler is called. */
export const settings = {
  viaIR: true,
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none' },
}

/** Text of a source as imports name it: `solidity/…` is ours, all else comes from installed packages. */
export function readSource(path: string): { contents: string } | { error: string } {
  const root = path.startsWith('solidity/') ? home : join(dirname(openZeppelin), '../..')
  try {
    return { contents: readFileSync(join(root, path), 'utf8') }
  } catch (error) {
    return { error: String(error) }
  }
}

/**
 * SHA-256 over our own sources, the compiler settings and the versions of compiler and library: what the artifacts were
 * made from. Telling whether they are up to date takes no compiler.
 */
export function sourceHash(): string {
  const hash = createHash('sha256')
  const version = (file: string) => JSON.parse(readFileSync(file, 'utf8')).version
  hash.update(
    JSON.stringify([settings, version(require.resolve('solc/package.json')), version(openZeppelin)]),
  )
  const files = readdirSync(join(home, 'solidity'), { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => name.endsWith('.sol')).sort()) {
    hash.update(`\n${file}\n`).update(readFileSync(join(home, 'solidity', file)))
  }
  return hash.digest('hex')
}

/** What has to be done when the artifacts are behind the sources. */
export const remedy = 'Run: npm run compile --workspace @rivulet/contracts, and commit what it writes.'
