import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Every benchmark, one after another, with the same arguments. Ends with their lines of JSON once more, together, and
 * with 1 when one of them was not exact or not durable.
 */

const here = import.meta.dirname
const mains = readdirSync(here)
  .map((room) => join(here, room, 'main.ts'))
  .filter((main) => existsSync(main))
  .sort()

const results = mains.map((main) => {
  const { status, stdout } = spawnSync(process.execPath, [main, ...process.argv.slice(2)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  })
  console.log(stdout)
  return { status, line: stdout.trimEnd().split('\n').at(-1) ?? '' }
})
for (const { line } of results.filter(({ status }) => status === 0)) console.log(line)
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1
