import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

/**
 * A chain's state on disk.
 *
 * `state.json.gz` is always whole: it is written beside, flushed and renamed. `exit.json` is what the node itself leaves
 * when it is asked to end, and may be torn when it was killed over it.
 */
export interface StateFiles {
  saved: string
  left: string
  loading: string
}

export function stateFiles(dir: string): StateFiles {
  return {
    saved: join(dir, 'state.json.gz'),
    left: join(dir, 'exit.json'),
    loading: join(dir, 'loading.json'),
  }
}

/** Writes a whole state, gzipped, so that it is either there after a power cut or was never there. */
export async function saveState({ saved }: StateFiles, gzipped: Uint8Array): Promise<void> {
  const file = await open(`${saved}.new`, 'w')
  try {
    await file.writeFile(gzipped)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${saved}.new`, saved)
}

/** Puts the newest whole state where a node can load it. False: there is none, the chain begins. */
export function prepareState(files: StateFiles): boolean {
  takeLeft(files)
  if (!existsSync(files.saved)) return false
  writeFileSync(files.loading, gunzipSync(readFileSync(files.saved)))
  return true
}

function takeLeft({ saved, left }: StateFiles): void {
  if (!existsSync(left)) return
  const text = readFileSync(left)
  const height = heightOf(text)
  if (height !== null && height >= (existsSync(saved) ? heightOf(gunzipSync(readFileSync(saved)))! : 0)) {
    writeFileSync(`${saved}.new`, gzipSync(text, { level: 1 }), { flush: true })
    renameSync(`${saved}.new`, saved)
  }
  rmSync(left)
}

// null: torn.
function heightOf(state: Buffer): number | null {
  try {
    return Number(
      (JSON.parse(state.toString('utf8')) as { best_block_number: string | number }).best_block_number,
    )
  } catch {
    return null
  }
}
