import { spawn } from 'node:child_process'
import { once } from 'node:events'
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

const results: string[] = []
for (const main of mains) {
  const bench = spawn(process.execPath, [main, ...process.argv.slice(2)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  bench.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text)
    said += text
  })
  const [code] = await once(bench, 'close')
  if (code === 0) results.push(said.trimEnd().split('\n').at(-1)!)
  else process.exitCode = 1
}
console.log(['', ...results].join('\n'))
