import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keepFolder, temporaryFolder } from '@rivulet/stack'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = ['apps', 'packages', 'chaos', 'scripts', 'prisma', 'package.json', 'prisma.config.ts']
const LEFT_OUT = new Set(['node_modules', 'forge-out', 'forge-cache', '.turbo'])
const OURS = '@rivulet'

/** One place in one file: `find` must be there exactly once. */
export type Edit = { file: string; find: string; replace: string }

/** The sources have moved on, and the edit with them. */
export class NotApplicable extends Error {
  override name = 'NotApplicable'
}

export type Copy = { root: string; apply(edits: readonly Edit[]): void; restore(): void; remove(): void }

/** A copy of the sources, with the libraries of the checkout and its own packages. */
export function copySources(): Copy {
  const root = temporaryFolder('planted')
  for (const name of COPIED)
    cpSync(join(ROOT, name), join(root, name), {
      recursive: true,
      filter: (from) => !LEFT_OUT.has(basename(from)),
    })
  linkLibraries(root)
  const originals = new Map<string, string>()
  const restore = () => {
    for (const [path, text] of originals) writeFileSync(path, text)
    originals.clear()
  }
  return {
    root,
    restore,
    apply(edits) {
      for (const { file, find, replace } of edits) {
        const path = join(root, file)
        const text = readFileSync(path, 'utf8')
        if (!originals.has(path)) originals.set(path, text)
        writeFileSync(path, edited(text, { file, find, replace }))
      }
    },
    remove() {
      rmSync(root, { recursive: true, force: true })
      keepFolder(root)
    },
  }
}

/**
 * The text with the edit made.
 * @throws NotApplicable unless what it looks for is there exactly once
 */
export function edited(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find)
  if (parts.length !== 2)
    throw new NotApplicable(`${file} has ${parts.length - 1} times, and not once:\n${find}`)
  return parts.join(replace)
}

function linkLibraries(root: string): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(root, 'node_modules')]
  mkdirSync(join(to, OURS), { recursive: true })
  for (const name of readdirSync(from)) if (name !== OURS) symlinkSync(join(from, name), join(to, name))
  for (const room of ['apps', 'packages'])
    for (const name of readdirSync(join(root, room)))
      symlinkSync(join(root, room, name), join(to, OURS, name))
}
