import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** Reads a JSON file; null when there is none. */
export function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** Writes a JSON file that is either the old one or the whole new one, whatever happens meanwhile. */
export function writeJson(path: string, value: unknown, { mode = 0o644 }: { mode?: number } = {}): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode, flush: true })
  renameSync(`${path}.new`, path)
}
