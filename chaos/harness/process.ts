import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, rank, startChild } from '@rivulet/stack'

/** The programs that are shipped and may die, by name. */
export const PROGRAMS = {
  worker: '../../apps/worker/src/main.ts',
  signer: '../../apps/worker/src/signer/main.ts',
  checker: '../../apps/worker/src/checker/main.ts',
} as const

export type Program = keyof typeof PROGRAMS

/** A shipped program, as its own process. */
export type Shipped = Child & { program: Program }

const SAID_CHARACTERS = 4_000

const mainOf = (program: Program) => fileURLToPath(new URL(PROGRAMS[program], import.meta.url))

/** Where Node keeps what it has compiled of them: written by one that ends by itself, read by all. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/worker', import.meta.url))

/**
 * Has the programs compiled, for the starts after this one: each ends at once, without a configuration. Who is killed
 * writes nothing down.
 */
export async function compileShipped(): Promise<void> {
  const { PATH = '', HOME = '' } = process.env
  const ends = Object.keys(PROGRAMS).map((program) =>
    once(
      spawn(process.execPath, [mainOf(program as Program)], {
        env: { PATH, HOME, NODE_COMPILE_CACHE },
        stdio: 'ignore',
      }),
      'exit',
    ),
  )
  await Promise.all(ends)
}

/** Starts a shipped program; its log goes into `folder`. */
export async function startShipped(
  program: Program,
  env: Record<string, string>,
  folder: string,
): Promise<Shipped> {
  const { PATH = '', HOME = '' } = process.env
  const logFile = join(folder, `${program}.log`)
  const child = await startChild({
    name: program,
    command: process.execPath,
    args: [mainOf(program)],
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    ...{ logFile, rank: rank.application, signal: 'SIGTERM', graceMs: 5_000 },
  })
  return Object.assign(child, { program })
}

/** The end of what programs of a world said, those that are gone included. */
export function lastWords(folder: string): string {
  return Object.keys(PROGRAMS)
    .map((program) => join(folder, `${program}.log`))
    .filter(existsSync)
    .map((file) => readFileSync(file, 'utf8').slice(-SAID_CHARACTERS))
    .join('\n')
}
