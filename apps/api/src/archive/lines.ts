import { createReadStream, createWriteStream } from 'node:fs'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** Largest archive that is taken, unpacked. */
export const MOST_BYTES = 256 * 1024 * 1024

/** Longest line: an article of the greatest length, every character escaped, with room for the rest. */
const LINE_BYTES = 1024 * 1024

export class ArchiveTooLarge extends Error {}
export class NotGzip extends Error {}

/** Writes a body to a file, unpacked. @throws ArchiveTooLarge beyond `MOST_BYTES`, NotGzip for what is no gzip */
export async function spool(body: Readable, path: string, gzip: boolean, most = MOST_BYTES): Promise<void> {
  let bytes = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > most) done(new ArchiveTooLarge())
      else done(null, chunk)
    },
  })
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' })
  try {
    if (gzip) await pipeline(body, createGunzip(), bounded, file)
    else await pipeline(body, bounded, file)
  } catch (error) {
    if (/^Z_/.test((error as { code?: string }).code ?? '')) throw new NotGzip()
    throw error
  }
}

/** The lines of a file, without their line feeds; undefined for one that is too long, or not UTF-8. */
export async function* linesOf(path: string): AsyncGenerator<string | undefined> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk as Buffer])
    let from = 0
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10, from)) {
      yield textOf(rest.subarray(from, at))
      from = at + 1
    }
    rest = rest.subarray(from)
    if (rest.length > LINE_BYTES) {
      yield undefined
      return
    }
  }
  // What is cut short in the middle of a line is no line.
  if (rest.length > 0) yield undefined
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.length > LINE_BYTES) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
