import { batchHash, MAX_BATCHES, unpackPayouts } from './batch.ts'
import { domainSeparator } from './domain.ts'
import { keccakStream } from './keccak-stream.ts'
import { buildPayoutTree } from './payout-tree.ts'
import { SumTreeBuilder } from './tree-builder.ts'
import { MAX_DEPTH, type Place } from './tree-node.ts'

/*
 * The published file of an epoch, whose Keccak-256 its commit names; docs/SETTLEMENT.md describes it for whoever writes
 * a reader. ASCII, each line ends with a newline:
 *
 *   rivulet-leaves 2 <chain id> <vault> <epoch> <depth>
 *   <index> <leaf hash> <sum> <for>[,<for>…]     by rising index; `-` where there is no reader
 *   batch <index> <records>                      by rising index from 0
 */

export type LeafFileHead = { chainId: bigint; vault: string; number: number; depth: number }

/** What a file says as a whole. Amounts in token units, hashes as 0x-hex. */
export type LeafFileSummary = LeafFileHead & {
  domain: string
  dataHash: string
  root: string
  gross: bigint
  leaves: number
  /** Records of each batch, as `packPayouts` packs them. */
  batches: string[]
  payoutRoot: string
  payoutTotal: bigint
}

/** A file that isn't one, with the line at fault. */
export class LeafFileFault extends Error {}

export function headLine({ chainId, vault, number, depth }: LeafFileHead): string {
  return `rivulet-leaves 2 ${chainId} ${vault} ${number} ${depth}\n`
}

/** @param sealed one of `sealLeaf` for each reader */
export function placeLine({ index, hash, sum }: Place, sealed: readonly string[]): string {
  return `${index} ${hash} ${sum} ${sealed.length === 0 ? '-' : sealed.join(',')}\n`
}

export function batchLine(index: number, records: string): string {
  return `batch ${index} ${records}\n`
}

const HEAD = /^rivulet-leaves 2 (\d{1,20}) (0x[0-9a-fA-F]{40}) (\d{1,10}) (\d{1,2})$/
const PLACE = /^(0|[1-9]\d{0,12}) (0x[0-9a-f]{64}) (0|[1-9]\d{0,38}) (-|[\w,-]+)$/
const BATCH = /^batch (\d{1,3}) (0x(?:[0-9a-f]{64}){1,500})$/
const MAX_LINE = 1 << 24

/**
 * Reads a leaf file piece by piece and rebuilds what its epoch's commit says of it.
 *
 * @param visit is told of every place with what is encrypted for its readers, in the order of the file
 * @throws LeafFileFault for anything that is not a leaf file of format 2
 */
export async function readLeafFile(
  pieces: AsyncIterable<Uint8Array>,
  visit: (place: Place, sealed: string[], head: LeafFileHead & { domain: string }) => void = () => {},
): Promise<LeafFileSummary> {
  const content = await keccakStream()
  let reading: Reading | undefined
  for await (const line of linesOf(pieces, content.update)) {
    if (reading === undefined) reading = begin(line)
    else if (line.startsWith('batch ')) takeBatch(reading, line)
    else takePlace(reading, line, visit)
  }
  if (reading === undefined) throw new LeafFileFault('the file is empty')
  const { head, batches, leaves, tree } = reading
  const { root, total } = tree.finish()
  return {
    ...head,
    ...{ dataHash: content.digest(), root, gross: total, leaves, batches },
    payoutRoot: buildPayoutTree(batches.map((r, i) => batchHash(head.domain, head.number, i, r))).root,
    payoutTotal: batches.flatMap(unpackPayouts).reduce((sum, { amount }) => sum + amount, 0n),
  }
}

type Reading = {
  head: LeafFileHead & { domain: string }
  tree: SumTreeBuilder
  leaves: number
  batches: string[]
}

function begin(line: string): Reading {
  const [, chainId, vault, number, depth] = HEAD.exec(line) ?? []
  if (!chainId || !vault || Number(depth) > MAX_DEPTH)
    throw new LeafFileFault(`no leaf file of format 2: it begins with “${line.slice(0, 80)}”`)
  const head = { chainId: BigInt(chainId), vault, number: Number(number), depth: Number(depth) }
  return {
    head: { ...head, domain: domainSeparator(head.chainId, vault) },
    tree: new SumTreeBuilder(head.depth),
    ...{ leaves: 0, batches: [] },
  }
}

function takePlace(
  reading: Reading,
  line: string,
  visit: (place: Place, sealed: string[], head: Reading['head']) => void,
): void {
  const [, index, hash, sum, sealed] = PLACE.exec(line) ?? []
  if (!index || !hash || !sum || !sealed || reading.batches.length > 0)
    throw new LeafFileFault(`after ${reading.leaves} leaves: no line of a leaf file: “${line.slice(0, 80)}”`)
  const place = { index: BigInt(index), hash, sum: BigInt(sum) }
  try {
    reading.tree.add(place)
  } catch (error) {
    throw new LeafFileFault(`after ${reading.leaves} leaves: ${(error as Error).message}`)
  }
  reading.leaves++
  visit(place, sealed === '-' ? [] : sealed.split(','), reading.head)
}

function takeBatch({ batches }: Reading, line: string): void {
  const [, index, records] = BATCH.exec(line) ?? []
  if (!records || Number(index) !== batches.length || batches.length === MAX_BATCHES)
    throw new LeafFileFault(`after ${batches.length} batches: “${line.slice(0, 80)}”`)
  batches.push(records)
}

async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  saw: (piece: Uint8Array) => void,
): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    saw(piece)
    // One character a byte: anything but ASCII fits no line.
    const lines = (rest + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1')).split(
      '\n',
    )
    rest = lines.pop()!
    if (rest.length > MAX_LINE) throw new LeafFileFault(`a line of more than ${MAX_LINE} characters`)
    yield* lines
  }
  if (rest !== '') throw new LeafFileFault('the file ends within a line')
}
