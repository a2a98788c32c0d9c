// Compiles the deployable contracts into `artifacts/`, which is committed: nothing else compiles, and a start reads the
// files as they are. `--check` compiles as well, writes nothing, and exits with 1 when a committed file differs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

type Slot = { label: string; slot: string; offset: number; type: string }
type Compiled = {
  abi: unknown[]
  evm: { bytecode: { object: string }; deployedBytecode: { object: string } }
  storageLayout: { storage: Slot[] }
}
type Output = {
  errors?: { severity: string; formattedMessage: string }[]
  contracts?: Record<string, Record<string, Compiled>>
}
type Solc = {
  version(): string
  compile(
    input: string,
    callbacks: { import(path: string): { contents: string } | { error: string } },
  ): string
}

const home = dirname(fileURLToPath(import.meta.url))
const require = createRequire(import.meta.url)
const packagesRoot = join(dirname(require.resolve('@openzeppelin/contracts/package.json')), '../..')

const deployable = ['SettlementVault', 'TestDollar']

/** The settings of foundry.toml, so that what forge tests is what is deployed. */
const settings = {
  viaIR: true,
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none' },
}

function readSource(path: string): { contents: string } | { error: string } {
  const root = path.startsWith('solidity/') ? home : packagesRoot
  try {
    return { contents: readFileSync(join(root, path), 'utf8') }
  } catch (error) {
    return { error: String(error) }
  }
}

/** Artifact file (JSON text) by contract name. Throws with the compiler's own words. */
function compile(): Map<string, string> {
  const solc = require('solc') as Solc
  const selected = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'storageLayout']
  const sources = Object.fromEntries(
    deployable.map((name) => {
      const source = readSource(`solidity/${name}.sol`)
      if ('error' in source) throw new Error(source.error)
      return [`solidity/${name}.sol`, { content: source.contents }]
    }),
  )
  const outputSelection = Object.fromEntries(
    deployable.map((name) => [`solidity/${name}.sol`, { [name]: selected }]),
  )
  const input = { language: 'Solidity', sources, settings: { ...settings, outputSelection } }
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readSource })) as Output

  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))

  return new Map(
    deployable.map((name) => {
      const contract = output.contracts?.[`solidity/${name}.sol`]?.[name]
      if (contract === undefined) throw new Error(`solidity/${name}.sol has no contract ${name}`)
      return [name, artifactText(name, solc.version(), contract)]
    }),
  )
}

function artifactText(name: string, version: string, contract: Compiled): string {
  const artifact = {
    contractName: name,
    compiler: { version, settings },
    // Types carry the compiler's own numbering of the sources, which says nothing about the layout.
    storage: contract.storageLayout.storage.map(({ label, slot, offset, type }) => ({
      label,
      slot: Number(slot),
      offset,
      type: type.replace(/\)\d+/g, ')'),
    })),
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    deployedBytecode: `0x${contract.evm.deployedBytecode.object}`,
  }
  return `${JSON.stringify(artifact, null, 2)}\n`
}

function readCommitted(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const checking = process.argv.includes('--check')
const outdated: string[] = []
for (const [name, text] of compile()) {
  const file = join(home, 'artifacts', `${name}.json`)
  if (checking) {
    if (readCommitted(file) !== text) outdated.push(relative(process.cwd(), file))
    continue
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  const codeSize = (JSON.parse(text).deployedBytecode.length - 2) / 2
  console.log(`${relative(process.cwd(), file)}: ${codeSize} bytes of code`)
}

if (outdated.length > 0) {
  console.error(
    `Not what the sources in ${relative(process.cwd(), join(home, 'solidity'))} compile to: ${outdated.join(', ')}`,
  )
  console.error('Run: npm run compile --workspace @rivulet/contracts, and commit what it writes.')
  process.exitCode = 1
} else if (checking) {
  console.log(`artifacts/ is what the sources compile to (${[...deployable].join(', ')})`)
}
