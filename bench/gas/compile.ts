import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { InterfaceAbi } from 'ethers'
import { settings } from '../../packages/contracts/sources.ts'

interface Solc {
  compile(input: string, callbacks: { import(path: string): { contents: string } }): string
}

interface Contract {
  abi: InterfaceAbi
  bytecode: string
}

// solc and OpenZeppelin are where the contracts have them.
const require = createRequire(join(import.meta.dirname, '../../packages/contracts/package.json'))
const openZeppelin = join(require.resolve('@openzeppelin/contracts/package.json'), '..')

/**
 * Compiles what ours is held against, with the very settings of ours: without the IR pipeline a plain token's transfer costs 370 gas more.
 * @throws Error with the compiler's own words
 */
export function compileBaselines<Name extends string>(...names: Name[]): Record<Name, Contract> {
  const solc = require('solc') as Solc
  const read = (path: string) => ({ content: readFileSync(path, 'utf8') })
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      names.map((name) => [`${name}.sol`, read(join(import.meta.dirname, 'solidity', `${name}.sol`))]),
    ),
    settings: {
      ...settings,
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const load = (path: string) => ({
    contents: read(path.replace('@openzeppelin/contracts', openZeppelin)).content,
  })
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: load }))
  const errors = (output.errors ?? []).filter((one: { severity: string }) => one.severity === 'error')
  if (errors.length > 0)
    throw new Error(errors.map((one: { formattedMessage: string }) => one.formattedMessage).join('\n'))
  return Object.fromEntries(
    names.map((name) => {
      const { abi, evm } = output.contracts[`${name}.sol`][name]
      return [name, { abi, bytecode: `0x${evm.bytecode.object}` }]
    }),
  ) as Record<Name, Contract>
}
