import { PassThrough, pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { type Pool, withTransaction } from '@rivulet/db'
import { type ArchiveOf, writeArchive } from './write-archive.ts'

/** A reader who takes nothing for so long has gone. */
const STALL_MS = 60_000

/**
 * The archive as a stream. It is written while it is read, by one transaction that sees one moment: what is in memory is a
 * step of it, whatever the member's history. Who stops reading ends it.
 *
 * @returns once the first lines are there @throws what kept it from beginning
 */
export async function sendArchive(
  pool: Pool,
  what: ArchiveOf,
  gzip: boolean,
  ended: () => void,
): Promise<Readable> {
  const lines = new PassThrough({ highWaterMark: 256 * 1024 })
  const begun = Promise.withResolvers<void>()
  const write = (text: string) => {
    begun.resolve()
    return taken(lines, text)
  }
  const work = (tx: Parameters<typeof writeArchive>[0], attempt: number) => {
    if (attempt > 1) throw new Error('an archive cannot be begun again')
    return writeArchive(tx, what, write)
  }
  withTransaction(pool, work, { isolation: 'repeatable read' })
    .then(
      () => lines.end(),
      (error: Error) => {
        begun.reject(error)
        // Cut short, it has no manifest.
        lines.destroy(error)
      },
    )
    .finally(ended)
  lines.on('error', () => {})
  await begun.promise
  return gzip ? pipeline(lines, createGzip(), () => {}) : lines
}

/** Hands text on, and waits until there is room for more. */
function taken(lines: PassThrough, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (lines.destroyed) return reject(new Error('nobody reads the archive any more'))
    if (lines.write(text)) return resolve()
    const stalled = setTimeout(
      () => lines.destroy(new Error('the reader of the archive has stalled')),
      STALL_MS,
    )
    const done = (end: () => void) => {
      clearTimeout(stalled)
      lines.off('drain', onDrain)
      lines.off('close', onClose)
      end()
    }
    const onDrain = () => done(resolve)
    const onClose = () => done(() => reject(new Error('nobody reads the archive any more')))
    lines.once('drain', onDrain).once('close', onClose)
  })
}
