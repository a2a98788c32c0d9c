// Compiles the deployable contracts into `artifacts/`, which is committed: nothing else compiles them, and a start reads
// the files as they are. `--check` compiles as well, writes nothing, and exits with 1 when a committed file differs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { deployable, home, readSource, remedy, settings, sourceHash } from './sources.ts'

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
  compile(input: string, callbacks: { import: typeof readSource }): string
}

/** The most code that a chain takes at one address (EIP-170). */
const MAX_CODE_BYTES = 24_576

/** Artifact file (JSON text) by contract name. Throws with the compiler's own words. */
function compile(): Map<string, string> {
  const solc = createRequire(import.meta.url)('solc') as Solc
  const selected = ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object', 'storageLayout']
  const sources: Record<string, { content: string }> = {}
  const outputSelection: Record<string, Record<string, string[]>> = {}
  for (const name of deployable) {
    const source = readSource(`solidity/${name}.sol`)
    if ('error' in source) throw new Error(source.error)
    sources[`solidity/${name}.sol`] = { content: source.contents }
    outputSelection[`solidity/${name}.sol`] = { [name]: selected }
  }
  const input = { language: 'Solidity', sources, settings: { ...settings, outputSelection } }
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readSource })) as Output

  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))

  const hash = sourceHash()
  return new Map(
    deployable.map((name) => {
      const contract = output.contracts?.[`solidity/${name}.sol`]?.[name]
      if (contract === undefined) throw new Error(`solidity/${name}.sol has no contract ${name}`)
      return [name, artifactText(name, solc.version(), hash, contract)]
    }),
  )
}

function artifactText(contractName: string, version: string, hash: string, contract: Compiled): string {
  const codeBytes = contract.evm.deployedBytecode.object.length / 2
  if (codeBytes > MAX_CODE_BYTES) {
    throw new Error(`${contractName} is ${codeBytes} bytes, and a chain takes ${MAX_CODE_BYTES}`)
  }
  const artifact = {
    contractName,
    sourceHash: hash,
    compiler: { version, settings },
    codeBytes,
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
  console.log(`${relative(process.cwd(), file)}: ${JSON.parse(text).codeBytes} bytes of code`)
}

if (outdated.length > 0) {
  console.error(`Not what the sources under solidity/ compile to: ${outdated.join(', ')}`)
  console.error(remedy)
  process.exitCode = 1
} else if (checking) {
  console.log(`artifacts/ is what the sources compile to (${deployable.join(', ')})`)
}
