import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from './world.ts'

const ROOT = join(import.meta.dirname, '../../..')
const children: ChildProcess[] = []

/** Starts a program of the repository with nothing in its environment but what it is given, and what Node has compiled. */
export function run(script: string, args: string[], env: Record<string, string> = {}) {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    env: { PATH, NODE_COMPILE_CACHE, ...env },
  })
  children.push(child)
  const said = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said.text += text
    })
  return { child, said, ended: once(child, 'close').then(([code]) => ({ code, text: said.text })) }
}

/** Ends those that a test has left running. */
export function killPrograms(): void {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
}

/** Writes a file into a test's own folder; answers its path. */
export function inFile(folder: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/**
 * `npm run exit` of somebody, to its end.
 * @param by the arguments that say what they leave with
 */
export function leave(
  { chain }: Pick<World, 'chain'>,
  folder: string,
  wallet: { privateKey: string },
  ...by: string[]
) {
  const key = inFile(folder, `key-${wallet.privateKey.slice(2, 8)}`, `${wallet.privateKey}\n`)
  return run('scripts/exit/main.ts', ['--rpc', chain.rpcUrl, '--key', key, ...by]).ended
}
