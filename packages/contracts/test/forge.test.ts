import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { home, remedy, sourceHash } from '../sources.ts'
import { artifacts } from '../src/artifacts.ts'
import { foundryBinary } from './binaries.ts'

test('the committed artifacts belong to the sources as they are', () => {
  const hashes = Object.values(artifacts).map((artifact) => artifact.sourceHash)
  expect(hashes, remedy).toEqual(hashes.map(() => sourceHash()))
})

test('the vault fits at one address of a chain (EIP-170)', () => {
  expect((artifacts.vault.deployedBytecode.length - 2) / 2).toBeLessThanOrEqual(24_576)
})

test('the contracts pass their own tests', { timeout: 240_000 }, () => {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter) // solc.mjs runs on this Node as well
  const forge = spawnSync(foundryBinary('forge'), ['test', '--color', 'never'], {
    cwd: home,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const said = `${forge.stdout}${forge.stderr}`
  const [, passed, failed] = /: (\d+) tests passed, (\d+) failed/.exec(said) ?? []
  expect(forge.status === 0 && failed === '0' && Number(passed) > 0, said).toBe(true)
  console.log(`forge: ${passed} contract tests passed`)
})
