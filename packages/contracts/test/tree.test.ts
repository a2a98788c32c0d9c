import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Interface } from 'ethers'
import { expect, test } from 'vitest'
import { artifacts } from '../src/artifacts.ts'

/*
 * SettlementVault.tree says what is tested, a heading for each call of the vault. A leaf is the name of a test in words:
 * `fuzz:` and `invariant:` begin the names of their kinds, a branch that begins with "when" only groups.
 */

const here = import.meta.dirname
const lines = readFileSync(join(here, 'SettlementVault.tree'), 'utf8').split('\n')

const specified = lines
  .filter((line) => /[├└]── /.test(line) && !/── when /.test(line))
  .map((line) => squeezed(line.replace(/^.*── /, '')))

const written = readdirSync(here)
  .filter((name) => name.endsWith('.t.sol'))
  .flatMap(
    (name) => readFileSync(join(here, name), 'utf8').match(/(?<=function )(test|invariant)\w*_\w+/g) ?? [],
  )
  .map((name) => squeezed(name.replace(/^testFuzz_/, 'fuzz').replace(/^test_/, '')))

/** What is left when only words count. */
function squeezed(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
}

test('every leaf of the tree is a test, and every test a leaf', () => {
  expect([...specified].sort()).toEqual([...written].sort())
})

test('every call that changes the vault has a heading', () => {
  const calls = new Interface(artifacts.vault.abi).fragments.filter(
    (one) => one.type === 'function' && 'stateMutability' in one && one.stateMutability === 'nonpayable',
  )
  const ours = calls
    .map((one) => ('name' in one ? String(one.name) : ''))
    // OpenZeppelin's own, tested there.
    .filter((name) => !/DefaultAdmin|Role$/.test(name))
  const headings = lines.flatMap((line) => /^SettlementVault::(\w+)$/.exec(line)?.[1] ?? [])
  expect([...ours, 'constructor'].sort()).toEqual([...headings].sort())
})
