import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bug } from './bug.ts'
import { BUGS } from './bugs/all.ts'
import { type Copy, copySources } from './copy.ts'

/*
 * Can the harness see? Each bug is planted alone into a copy of the sources, and the part of the harness that should see
 * it is run on the copy: it must end with a violation. The copy without a bug must hold in every one of those parts.
 * Ends with one line of JSON, and with 1 when a bug was missed, could not be planted, or the control was violated.
 */

type Verdict = { name: string; how: 'caught' | 'MISSED' | 'NOT APPLICABLE'; by: string; seconds: number }

const RUN_MS = 300_000
const ATTEMPTS = 2

/** Runs a part of the harness of a copy. @returns what was violated, nothing when it held */
async function runPart(root: string, part: readonly string[], seed: number): Promise<string | undefined> {
  const child = spawn(process.execPath, [join(root, 'chaos/main.ts'), '--lanes', '1', '--first', ...part], {
    cwd: root,
    env: { ...process.env, SEED: String(seed) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const timer = setTimeout(() => child.kill('SIGTERM'), RUN_MS)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  if (code === 0) return undefined
  const found = /^VIOLATED in .*\n.*\n\s+(.*)$/m.exec(said)?.[1]
  // A harness that did not run has seen nothing.
  if (!found) throw new Error(`${part.join(' ')} ended with ${code} and no violation:\n${said.slice(-2_000)}`)
  return found
}

async function judge(copy: Copy, bug: Bug): Promise<Verdict> {
  const began = performance.now()
  const verdict = (how: Verdict['how'], by: string): Verdict => ({
    ...{ name: bug.name, how, by },
    seconds: Math.round((performance.now() - began) / 1000),
  })
  try {
    copy.apply(bug.edits)
    prepare(copy, bug)
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const found = await runPart(copy.root, bug.run, attempt)
      if (found) return verdict('caught', found)
    }
    return verdict('MISSED', bug.run.join(' '))
  } catch (error) {
    return verdict('NOT APPLICABLE', (error as Error).message)
  } finally {
    copy.restore()
    if (bug.prepare) prepare(copy, bug)
  }
}

function prepare({ root }: Copy, { prepare }: Bug): void {
  if (!prepare) return
  const { status, stderr } = spawnSync(process.execPath, [join(root, prepare)], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${prepare} ended with ${status}: ${stderr.slice(-500)}`)
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    'check-only': { type: 'boolean', default: false },
    'without-control': { type: 'boolean', default: false },
  },
})
const wanted = values.only.split(',')
const chosen = BUGS.filter(({ name }) => wanted.some((one) => name.includes(one)))
const copy = copySources()
const verdicts: Verdict[] = []
const violated: string[] = []
try {
  if (values['check-only']) {
    for (const { name, edits } of chosen) {
      try {
        copy.apply(edits)
        console.log(`applies         ${name}`)
      } catch (error) {
        verdicts.push({ name, how: 'NOT APPLICABLE', by: (error as Error).message, seconds: 0 })
        console.log(`NOT APPLICABLE  ${name}\n${(error as Error).message}`)
      }
      copy.restore()
    }
  } else {
    const parts = [...new Set(chosen.map(({ run }) => JSON.stringify(run)))].map((part) => JSON.parse(part))
    for (const part of values['without-control'] ? [] : parts) {
      const found = await runPart(copy.root, part, 1)
      console.log(
        `${found ? 'VIOLATED' : 'held    '}  control: ${part.join(' ')}${found ? `: ${found}` : ''}`,
      )
      if (found) violated.push(`${part.join(' ')}: ${found}`)
    }
    for (const bug of chosen) {
      const verdict = await judge(copy, bug)
      verdicts.push(verdict)
      const { how, name, seconds, by } = verdict
      console.log(`${how.padEnd(8)}  ${String(seconds).padStart(4)} s  ${name}\n                  ${by}`)
    }
  }
} finally {
  copy.remove()
}
const caught = verdicts.filter(({ how }) => how === 'caught').length
const pass = violated.length === 0 && verdicts.every(({ how }) => how === 'caught')
console.log(
  JSON.stringify({ chaos: 'planted', bugs: chosen.length, caught, control: violated, verdicts, pass }),
)
process.exitCode = pass ? 0 : 1
