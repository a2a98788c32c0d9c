import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeAfterwards } from '../processes/guardian.ts'

/** A fresh folder that others may pass through, removed at the latest when this process and its children are gone. */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `rivulet-${purpose}-`))
  // PostgreSQL may run as somebody else, and what is in here has modes of its own.
  chmodSync(folder, 0o711)
  removeAfterwards(folder)
  return folder
}
