import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { home } from '../sources.ts'
import { foundryBinary } from '../test/binaries.ts'
import { compileMutable } from './compile.ts'
import { MARK, type Mutant } from './mutants.ts'

/*
 * Takes each guard, condition, modifier and effect out of a copy of the vault, one at a time, and runs the contracts'
 * tests against it: unit and fuzz tests first, then the walk and the invariants. Ends with 1 when one survives, and when
 * the tests do not pass with nothing taken out. What nothing misses in the vault but is of a library with tests of its own is
 * taken out for those too. `-- --only 3,17` runs those alone, `-- --list` none.
 */

const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } })
const folder = join(home, 'forge-mutants')
const QUICK = ['--no-match-contract', 'Invariants|Hostile|SumTree|TestDollar']
const SLOW = ['--match-contract', 'Invariants|Hostile']

/** Runs forge against mutant `id`; the name of the first test that fails, or undefined. */
async function firstFailure(id: number, selection: string[], cwd = home): Promise<string | undefined> {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  const forge = spawn(foundryBinary('forge'), ['test', '--fail-fast', '--color', 'never', ...selection], {
    cwd,
    env: {
      ...{ ...process.env, PATH: path, VAULT_ARTIFACTS: `forge-mutants/${id}` },
      ...{ FOUNDRY_FUZZ_RUNS: '64', FOUNDRY_FUZZ_SEED: '0x5eed' },
      ...{ FOUNDRY_INVARIANT_RUNS: '4', FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: '0' },
      FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: 'forge-mutants/failures',
      FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: 'forge-mutants/failures',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [forge.stdout, forge.stderr]) stream.on('data', (chunk) => (said += chunk))
  const [code] = await once(forge, 'close')
  if (code === 0) return undefined
  const failed = /\[FAIL[^\n]*?\] (\w+)/.exec(said) ?? /(invariant_\w+)\(\) \(runs/.exec(said)
  if (failed === null) throw new Error(`forge failed without a failing test:\n${said.slice(-2_000)}`)
  return failed[1]
}

function prepare(id: number, bytecode: string): void {
  const own = join(folder, String(id))
  mkdirSync(own, { recursive: true })
  cpSync(join(home, 'artifacts/TestDollar.json'), join(own, 'TestDollar.json'))
  const code = `0x${bytecode.replaceAll(MARK, id.toString(16).padStart(64, '0'))}`
  writeFileSync(join(own, 'SettlementVault.json'), JSON.stringify({ bytecode: code }))
}

/** A folder with the library and its tests alone, where forge compiles both. */
function sumTreeOnly(id: number): string {
  const own = join(folder, String(id), 'library')
  for (const file of ['test/SumTree.t.sol', 'test/util/Trees.sol', 'test/util/Vm.sol'])
    cpSync(join(home, file), join(own, file))
  const put = (file: string, text: string) => writeFileSync(join(own, file), text)
  mkdirSync(join(own, 'solidity/libraries'), { recursive: true })
  put('solidity/libraries/SumTree.sol', sumTree.replace(/\binternal\s+view\b/, 'internal pure'))
  const taken = `library Mutant { function live(uint256 k) internal pure returns (bool) { return k != ${id}; } }`
  put('solidity/Mutant.sol', `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.28;\n${taken}\n`)
  const settings = readFileSync(join(home, 'foundry.toml'), 'utf8')
  put('foundry.toml', settings.replace('"./solc.mjs"', JSON.stringify(join(home, 'solc.mjs'))))
  return own
}

const { mutants, bytecode, sumTree } = compileMutable()
const only = values.only?.split(',').map(Number)
const chosen = mutants.filter(({ id }) => only === undefined || only.includes(id))
const told = ({ id, kind, file, line, text }: Mutant) =>
  `${String(id).padStart(3)} ${kind.padEnd(8)} ${`${file}:${line}`.padEnd(28)} ${text.slice(0, 90)}`

if (values.list) {
  console.log(mutants.map(told).join('\n'))
  process.exit(0)
}

rmSync(folder, { recursive: true, force: true })
prepare(0, bytecode)
for (const selection of [QUICK, SLOW]) {
  const failed = await firstFailure(0, selection)
  if (failed !== undefined) throw new Error(`${failed} fails with nothing taken out`)
}

const survivors: Mutant[] = []
const waiting = [...chosen]
async function work(): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    prepare(mutant.id, bytecode)
    const by =
      (await firstFailure(mutant.id, QUICK)) ??
      (await firstFailure(mutant.id, SLOW)) ??
      (mutant.file === 'libraries/SumTree.sol'
        ? await firstFailure(mutant.id, [], sumTreeOnly(mutant.id))
        : undefined)
    if (by === undefined) survivors.push(mutant)
    console.log(`${told(mutant)}  ${by === undefined ? 'SURVIVED' : `caught by ${by}`}`)
    rmSync(join(folder, String(mutant.id)), { recursive: true })
  }
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))
rmSync(folder, { recursive: true, force: true })

const kinds = Map.groupBy(chosen, ({ kind }) => kind)
const counts = [...kinds].map(([kind, all]) => `${all.length} ${kind}s`).join(', ')
console.log(
  `\n${chosen.length} mutants (${counts}): ${chosen.length - survivors.length} caught, ${survivors.length} survived`,
)
for (const survivor of survivors) console.log(`survived: ${told(survivor)}`)
process.exitCode = survivors.length === 0 ? 0 : 1
