import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Has the API print its OpenAPI document, without a database, and redocly read it. */
const folder = mkdtempSync(join(tmpdir(), 'rivulet-openapi-'))
try {
  const file = join(folder, 'openapi.json')
  writeFileSync(file, run('node', ['apps/api/src/openapi/dump.ts']))
  console.log(run('redocly', ['lint', '--config', 'redocly.yaml', file]))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function run(command: string, args: string[]): string {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args[0]} failed\n${stdout}\n${stderr}`)
  return stdout
}
