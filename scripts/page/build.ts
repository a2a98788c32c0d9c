import { spawn } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BUILT = join(ROOT, 'apps/web/dist')
/** What the page is made of. */
const SOURCES = [
  ...['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((name) => `apps/web/${name}`),
  ...['packages/sdk/src', 'packages/contracts/src', 'packages/contracts/artifacts', 'package-lock.json'],
]

/**
 * Builds the page where it is not there or older than its sources. Two at once do no harm: each builds in a folder of its
 * own and puts it in its place.
 *
 * @returns whether it was built
 * @throws Error with what the build said when it fails
 */
export async function ensurePage(): Promise<boolean> {
  if (isFresh()) return false
  const folder = join(ROOT, 'apps/web', `dist-${process.pid}`)
  const old = `${folder}-old`
  try {
    await build(folder)
    if (existsSync(BUILT)) renameSync(BUILT, old)
    renameSync(folder, BUILT)
  } finally {
    for (const left of [folder, old]) rmSync(left, { recursive: true, force: true })
  }
  return true
}

function isFresh(): boolean {
  const page = join(BUILT, 'index.html')
  if (!existsSync(page)) return false
  const built = statSync(page).mtimeMs
  return SOURCES.every((source) => newestIn(join(ROOT, source)) <= built)
}

function newestIn(path: string): number {
  const { mtimeMs } = statSync(path)
  if (!statSync(path).isDirectory()) return mtimeMs
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}

function build(folder: string): Promise<void> {
  const vite = fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')))
  const child = spawn(process.execPath, [vite, 'build', 'apps/web', '--outDir', folder, '--emptyOutDir'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the page could not be built:\n${said}`)),
    )
  })
}
