import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Who may import whom. Apps know packages, packages never know apps; the ledger knows nobody.
 *
 * Tests may also use the embedded stack, its people, and the SDK: nothing that ships does.
 */
const MAY_IMPORT: Record<string, string[]> = {
  'packages/ledger': [],
  'packages/contracts': [],
  'packages/sdk': [],
  'packages/authorship': [],
  'packages/db': ['@rivulet/ledger'],
  'packages/economy': ['@rivulet/ledger', '@rivulet/db'],
  'packages/stack': ['@rivulet/contracts', '@rivulet/db'],
  'apps/api': [
    ...['@rivulet/ledger', '@rivulet/db', '@rivulet/economy', '@rivulet/contracts', '@rivulet/authorship'],
  ],
  'apps/web': ['@rivulet/sdk', '@rivulet/contracts'],
  'apps/worker': ['@rivulet/ledger', '@rivulet/db', '@rivulet/economy', '@rivulet/contracts'],
}

/** Libraries with one door each: only that room may import them. */
const ONE_DOOR: Record<string, string[]> = {
  '@prisma/': ['packages/db'],
  fastify: ['apps/api'],
  bullmq: ['apps/worker'],
  ioredis: ['apps/worker'],
}

export type Fault = { file: string; line: number; what: string }

/** Every import that goes against the direction of the house. @param root the checkout */
export function faultsOf(root: string): Fault[] {
  return Object.keys(MAY_IMPORT).flatMap((room) =>
    sourcesOf(join(root, room)).flatMap((file) => faultsInFile(root, room, file)),
  )
}

function faultsInFile(root: string, room: string, file: string): Fault[] {
  const name = relative(root, file)
  const isTest = /\.test\.ts$|\/test\//.test(name)
  return importsOf(file).flatMap(({ specifier, line }): Fault[] => {
    const what = faultOf(room, resolve(dirname(file), specifier), specifier, join(root, room), isTest)
    return what ? [{ file: name, line, what }] : []
  })
}

function faultOf(
  room: string,
  target: string,
  specifier: string,
  home: string,
  isTest: boolean,
): string | undefined {
  if (specifier.startsWith('.'))
    return target.startsWith(`${home}/`)
      ? undefined
      : `${specifier} leaves ${room}: import the package by its name`
  if (specifier.startsWith('@rivulet/')) {
    const allowed = [...(MAY_IMPORT[room] ?? []), ...(isTest ? ['@rivulet/stack', '@rivulet/sdk'] : [])]
    const target = specifier.split('/').slice(0, 2).join('/')
    const own = `@rivulet/${room.split('/')[1]}`
    if (target === own || allowed.includes(target)) return undefined
    return `${room} must not import ${specifier}`
  }
  for (const [library, doors] of Object.entries(ONE_DOOR))
    if (
      (specifier === library ||
        specifier.startsWith(`${library}/`) ||
        (library.endsWith('/') && specifier.startsWith(library))) &&
      !doors.includes(room)
    )
      return `only ${doors.join(', ')} imports ${library}`
  return undefined
}

const IMPORT =
  /(?:^|[\s;}])(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|import\s*\(?\s*['"]([^'"]+)['"]/g

function importsOf(file: string): { specifier: string; line: number }[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(IMPORT)].map((match) => ({
    specifier: (match[1] ?? match[2]) as string,
    line: text.slice(0, match.index).split('\n').length,
  }))
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'generated', 'artifacts', 'forge-out', 'forge-cache', 'dist'].includes(entry.name))
      return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourcesOf(path)
    return /\.(tsx?|mjs)$/.test(entry.name) ? [path] : []
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = faultsOf(resolve(dirname(fileURLToPath(import.meta.url)), '../..'))
  for (const { file, line, what } of faults) console.error(`${file}:${line} ${what}`)
  if (faults.length > 0) process.exit(1)
  console.log('imports keep the direction of the house')
}
