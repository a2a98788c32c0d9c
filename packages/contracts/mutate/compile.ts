import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { home, readSource, settings } from '../sources.ts'
import { type Mutant, mutantLibrary, Rewriter } from './mutants.ts'

const FILES = ['SettlementVault.sol', 'libraries/BatchPayout.sol', 'libraries/SumTree.sol']

/** The vault with everything that can be taken out, and what that is. */
export interface Mutable {
  mutants: Mutant[]
  /** Creation code as hex without 0x, with a mark where the number of the mutant goes. */
  bytecode: string
  /** The rewritten text of `libraries/SumTree.sol`, which has tests of its own. */
  sumTree: string
}

/** Compiles a rewritten copy of the sources, in memory. Throws with the compiler's own words. */
export function compileMutable(): Mutable {
  const rewriter = new Rewriter()
  const copies = new Map<string, string>([['solidity/Mutant.sol', mutantLibrary]])
  for (const file of FILES) {
    const source = readFileSync(join(home, 'solidity', file), 'utf8')
    copies.set(`solidity/${file}`, rewriter.rewrite(file, source))
  }
  const read = (path: string) => {
    const copy = copies.get(path)
    if (copy !== undefined) return { contents: copy }
    const source = readSource(path)
    // The library's own guard, so that it can be asked for or not.
    if ('contents' in source && path.endsWith('ReentrancyGuardTransient.sol')) {
      return { contents: source.contents.replace(/(function _nonReentrant\w+\(\)) private/g, '$1 internal') }
    }
    return source
  }
  const input = {
    language: 'Solidity',
    sources: { 'solidity/SettlementVault.sol': { content: copies.get('solidity/SettlementVault.sol') } },
    settings: { ...settings, outputSelection: { '*': { SettlementVault: ['evm.bytecode.object'] } } },
  }
  const solc = createRequire(import.meta.url)('solc')
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }))
  const errors = (output.errors ?? []).filter((one: { severity: string }) => one.severity === 'error')
  if (errors.length > 0)
    throw new Error(errors.map((one: { formattedMessage: string }) => one.formattedMessage).join('\n'))
  const { object } = output.contracts['solidity/SettlementVault.sol'].SettlementVault.evm.bytecode
  const sumTree = copies.get('solidity/libraries/SumTree.sol')!
  return { mutants: rewriter.mutants, bytecode: object, sumTree }
}
