import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contractsVersion } from '@rivulet/contracts'
import { knownMigrations } from '@rivulet/db/migrate'
import { beforeEach, expect, test } from 'vitest'
import { identify, isRunning } from '../processes/identity.ts'
import { StartRefused } from '../refusal.ts'
import { temporaryFolder } from '../testing/temporary.ts'
import { readJson, writeJson } from './file.ts'
import { type Home, openHome, resetHome } from './home.ts'
import { readKeys } from './keys.ts'
import { lockHome } from './lock.ts'
import { type HomeVersion, refuseOtherVersion, writeVersion } from './version.ts'

let home: Home
beforeEach(() => {
  home = openHome(temporaryFolder('home'))
})

/** A process that runs until it is killed. */
async function sleeper() {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  await once(child, 'spawn')
  return { child, identity: identify(child.pid!) }
}

test('a home is taken once; the second start is told who has it', async () => {
  const lock = await lockHome(home.lock)
  await expect(lockHome(home.lock)).rejects.toThrow(new RegExp(`already \\(process ${process.pid}\\)`))
  lock.release()
  const again = await lockHome(home.lock)
  again.release()
  expect(existsSync(home.lock)).toBe(false)
})

test('whoever succeeds a holder that was killed waits for its guardian and stops what is left', async () => {
  const { child: guardian, identity: guardianIdentity } = await sleeper()
  const { identity: orphan } = await sleeper()
  const holder = { pid: 2 ** 22 - 3, startedAt: '1' }
  const processes = [{ ...orphan, name: 'chain', rank: 2, signal: 'SIGTERM', graceMs: 5000 }]
  writeJson(home.lock, { holder, guardian: guardianIdentity, processes })

  const waits: string[] = []
  const lock = await lockHome(home.lock, (what) => {
    waits.push(what)
    expect(isRunning(orphan)).toBe(true)
    guardian.kill('SIGKILL')
  })
  expect(waits).toHaveLength(1)
  expect(isRunning(orphan)).toBe(false)
  lock.release()
})

test('of many that find the holder gone, one gets the home', async () => {
  writeJson(home.lock, { holder: { pid: 2 ** 22 - 3, startedAt: '1' }, guardian: null, processes: [] })
  const program = `
    import { lockHome } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
    try { await lockHome(process.argv[1]); console.log('mine') } catch (error) { console.log(error.name) }
    setTimeout(() => {}, 3000)`
  const answers = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, home.lock], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [said] = (await once(child.stdout, 'data')) as [Buffer]
      return said.toString().trim()
    }),
  )
  expect(answers.sort()).toEqual(['StartRefused', 'StartRefused', 'StartRefused', 'mine'])
})

test('a lock file cut off by a power failure hinders nobody', async () => {
  writeFileSync(home.lock, '{"holder":{"pi')
  const lock = await lockHome(home.lock)
  lock.release()
})

test('keys are drawn once, are all different, and only their owner may read them', () => {
  const keys = readKeys(home.keys)
  expect(readKeys(home.keys)).toEqual(keys)
  expect(new Set(Object.values(keys)).size).toBe(Object.keys(keys).length)
  expect(keys.operator).toMatch(/^0x[0-9a-f]{64}$/)
  expect(statSync(home.keys).mode & 0o777).toBe(0o600)
})

test('a key that an older version did not have is added, the others stay', () => {
  const { secretKey, ...older } = readKeys(home.keys)
  writeJson(home.keys, older)
  const keys = readKeys(home.keys)
  expect(keys).toMatchObject(older)
  expect(keys.secretKey).not.toBe(secretKey)
  expect(keys.secretKey.length).toBeGreaterThanOrEqual(32)
})

const refusal = (version: Partial<HomeVersion>, chain = true) => {
  writeVersion(home, { chain })
  writeJson(home.version, { ...readJson<HomeVersion>(home.version), ...version })
  return () => refuseOtherVersion(home, { chain })
}

test('a home goes on with the version it has, and with an older schema', () => {
  refuseOtherVersion(home, { chain: true })
  refusal({})()
  refusal({ schema: knownMigrations()[0]! })()
  refusal({ contracts: 'other000' }, false)()
})

test('a home of a newer version, or with other contracts, is refused with what to do', () => {
  for (const newer of [{ format: 2 }, { schema: '29990101000000_future' }]) {
    expect(refusal(newer)).toThrow(StartRefused)
    expect(refusal(newer)).toThrow(/newer version.*--reset/s)
  }
  expect(refusal({ contracts: 'other000' })).toThrow(
    new RegExp(`other000.*${contractsVersion}.*--reset`, 's'),
  )
})

test('a folder with somebody’s files in it is never used, and never reset', () => {
  const folder = temporaryFolder('files')
  writeFileSync(join(folder, 'letter.txt'), 'dear')
  expect(() => openHome(folder)).toThrow(/RIVULET_HOME/)
  expect(readFileSync(join(folder, 'letter.txt'), 'utf8')).toBe('dear')
})

test('a reset forgets everything but who holds the home', async () => {
  const lock = await lockHome(home.lock)
  readKeys(home.keys)
  mkdirSync(home.postgres)
  writeVersion(home, { chain: true })
  writeFileSync(join(home.path, 'note.txt'), 'not ours')
  resetHome(home)
  expect([home.keys, home.postgres, home.version].map(existsSync)).toEqual([false, false, false])
  expect([home.lock, join(home.path, 'note.txt')].map(existsSync)).toEqual([true, true])
  lock.release()
})
