import type pg from 'pg'
import type { Db } from './connect.ts'

/** `sealed`: the leaf for each of its readers, encrypted, with commas between; `-` where there is none. */
export type FilePlace = { index: bigint; hash: string; sum: bigint; sealed: string }

export type LeafFile = {
  chainId: bigint
  vault: string
  epoch: number
  depth: number
  places: FilePlace[]
  /** Packed payouts by batch. */
  records: string[]
}

/** The file cannot be had now: no judgement of what is in it. */
export class FileMissing extends Error {}

const TIMEOUT_MS = 60_000

/** What one text can hold; a million leaves take some 300 MB. */
const MOST_BYTES = 500_000_000

/**
 * The published leaf file of an epoch: from the API where its address is known, else its parts from the database.
 * @throws FileMissing also for one that is larger than can be read
 */
export async function fetchFile(
  db: Db | pg.Pool,
  epoch: number,
  leavesUrl: string | undefined,
): Promise<string> {
  if (!leavesUrl) return readParts(db, epoch)
  const url = new URL(`/v1/settlement/epochs/${epoch}/leaves`, leavesUrl)
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (response.ok && response.body) return await readText(response.body)
    await response.body?.cancel()
    throw new FileMissing(`the leaf file was answered ${response.status}`)
  } catch (error) {
    if (error instanceof FileMissing) throw error
    throw new FileMissing('the leaf file cannot be fetched', { cause: error })
  }
}

async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > MOST_BYTES) throw new FileMissing(`the leaf file has more than ${MOST_BYTES} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('latin1')
}

async function readParts(db: Db | pg.Pool, epoch: number): Promise<string> {
  const { rows } = await db.query<{ text: string }>(
    'select text from epoch_file_parts where epoch = $1 order by part',
    [epoch],
  )
  if (rows.length === 0) throw new FileMissing('the leaf file is not there')
  return rows.map((row) => row.text).join('')
}

const HEAD = /^rivulet-leaves 2 (\d+) (0x[0-9a-fA-F]{40}) (\d+) (\d+)$/
const PLACE = /^(\d+) (0x[0-9a-f]{64}) (\d+) (-|[\w,-]+)$/
const BATCH = /^batch (\d+) (0x(?:[0-9a-f]{2})*)$/

/** Reads a leaf file. @throws Error at the first line that is none of it, naming the line */
export function parseFile(text: string): LeafFile {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('the leaf file does not end with its last line')
  const head = HEAD.exec(lines[0] ?? '')
  if (!head) throw new Error('line 1 of the leaf file is no head of one')
  const places: FilePlace[] = []
  const records: string[] = []
  for (let i = 1; i < lines.length; i++) {
    const place = records.length === 0 ? PLACE.exec(lines[i]!) : null
    if (place) {
      const index = BigInt(place[1]!)
      if (places.length > 0 && index <= places.at(-1)!.index)
        throw new Error(`line ${i + 1} of the leaf file has index ${index} after ${places.at(-1)!.index}`)
      places.push({ index, hash: place[2]!, sum: BigInt(place[3]!), sealed: place[4]! })
      continue
    }
    const batch = BATCH.exec(lines[i]!)
    if (!batch || Number(batch[1]) !== records.length)
      throw new Error(`line ${i + 1} of the leaf file is no leaf and not batch ${records.length}`)
    records.push(batch[2]!)
  }
  return {
    ...{ chainId: BigInt(head[1]!), vault: head[2]!, epoch: Number(head[3]), depth: Number(head[4]) },
    ...{ places, records },
  }
}
