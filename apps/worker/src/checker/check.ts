import { randomBytes } from 'node:crypto'
import { getAddress, keccak256, toUtf8Bytes } from 'ethers'
import type { CheckerConfig } from './config.ts'
import type { Db } from './connect.ts'
import { type Expected, expectedOf } from './expected.ts'
import { fetchFile, type LeafFile, parseFile } from './file.ts'
import { batchHashOf, domainOf, type ExpectedLeaf, leafHashOf, payoutRootOf, topOf } from './hashes.ts'
import { parseMoment } from './moment.ts'
import { unpack } from './payouts.ts'
import { batchRows, type LeafRow, leafRows } from './rows.ts'
import { sampleOf } from './sample.ts'
import { type Readers, readersOf, sealedFault } from './sealed.ts'
import { type EpochToCheck, epochOf } from './store.ts'

/** More faults than these are not told. */
const MOST = 10

/** Of more leaves than these, so many are opened. */
const MOST_OPENED = 10_000

/**
 * Judges an epoch: its file against what was committed to by hash, its tree and batches against the file, and every leaf
 * and payout against the books as of its moment, all of it computed here.
 *
 * What is encrypted for the leaves' readers is opened: of all leaves, or of a random sample, which it tells.
 *
 * @returns what is wrong, at most ten things, each naming what it is about; nothing when all is right
 * @throws FileMissing when the leaf file cannot be had
 */
export async function checkEpoch(
  db: Db,
  config: CheckerConfig,
  epoch: EpochToCheck,
  { tell = (_: string) => {}, mostOpened = MOST_OPENED } = {},
): Promise<string[]> {
  const text = await fetchFile(db, epoch.number, config.leavesUrl)
  const moment = parseMoment(epoch.snapshot)
  if (!moment) return [`"${epoch.snapshot}" is no moment: it was built by another program`]
  const before = await epochOf(db, epoch.number - 1)
  const leaves = await leafRows(db, epoch.number)
  const seed = randomBytes(16).toString('hex')
  const opened = sampleOf([...leaves.keys()], mostOpened, seed)
  if (opened.length < leaves.size)
    tell(`opens ${opened.length} of ${leaves.size} leaves of epoch ${epoch.number}, by the seed ${seed}`)
  const read: Read = {
    ...{ config, epoch, text, before },
    expected: await expectedOf(db, config, { number: epoch.number, block: epoch.block, moment }),
    leaves,
    readers: await readersOf(db, epoch.number, opened),
    batches: await batchRows(db, epoch.number),
    leavesBefore: before ? [...(await leafRows(db, before.number)).values()] : [],
    batchesBefore: before ? (await batchRows(db, before.number)).length : 0,
  }
  return faultsOf(read).slice(0, MOST)
}

/** All that is judged; nothing is read after it. */
type Read = {
  config: CheckerConfig
  epoch: EpochToCheck
  text: string
  expected: Expected
  leaves: Map<bigint, LeafRow>
  /** Of the leaves that are opened. */
  readers: Map<bigint, Readers>
  batches: { records: string; total: bigint }[]
  before: EpochToCheck | undefined
  leavesBefore: LeafRow[]
  batchesBefore: number
}

function faultsOf({ config, epoch, text, expected, before, ...read }: Read): string[] {
  const faults = [...expected.faults]
  if (keccak256(toUtf8Bytes(text)) !== epoch.dataHash)
    faults.push('the leaf file is another than the data hash names')
  try {
    const file = parseFile(text)
    const domain = domainOf(config.chainId, config.vault)
    faults.push(...headFaults(file, config, epoch, before))
    faults.push(...batchFaults(file, expected, read.batches))
    faults.push(...leafFaults(file, expected, read, domain))
    faults.push(...totalFaults(file, expected, epoch, domain))
    faults.push(...pastFaults(epoch, before, read.batchesBefore))
  } catch (error) {
    // What cannot be read as an epoch is wrong too.
    faults.push((error as Error).message)
  }
  return faults
}

function headFaults(
  file: LeafFile,
  config: CheckerConfig,
  epoch: EpochToCheck,
  before: EpochToCheck | undefined,
): string[] {
  const { chainId, vault, number, depth } = { ...file, number: file.epoch }
  const is = `${chainId} ${vault.toLowerCase()} ${number} ${depth}`
  const should = `${config.chainId} ${config.vault.toLowerCase()} ${epoch.number} ${epoch.depth}`
  return [
    ...(is === should ? [] : [`the leaf file is of ${is} and not of ${should}`]),
    ...(before && epoch.depth < before.depth ? [`the depth falls from ${before.depth} to ${depth}`] : []),
  ]
}

/** Each batch pays whom its withdrawals name, once, and what they ask for. */
function batchFaults(
  file: LeafFile,
  expected: Expected,
  rows: readonly { records: string; total: bigint }[],
): string[] {
  const faults: string[] = []
  const left = new Map(expected.payouts.push)
  if (rows.length !== file.records.length)
    faults.push(`the file has ${file.records.length} batches, the database ${rows.length}`)
  file.records.forEach((records, batch) => {
    if (rows[batch] && rows[batch].records !== records)
      faults.push(`batch ${batch} is another in the database than in the file`)
    let total = 0n
    for (const { to, amount } of unpack(records)) {
      const address = getAddress(to)
      const wanted = left.get(address)
      total += amount
      if (!wanted || wanted.batch !== batch)
        faults.push(`batch ${batch} pays ${address} ${amount} units that nobody asked for there`)
      else if (wanted.amount !== amount)
        faults.push(`batch ${batch} pays ${address} ${amount} units where ${wanted.amount} were asked for`)
      left.delete(address)
    }
    if (rows[batch] && rows[batch].total !== total)
      faults.push(`batch ${batch} is said to pay ${rows[batch].total} units and pays ${total}`)
  })
  for (const [address, { batch }] of left) faults.push(`batch ${batch} leaves out ${address}`)
  return faults
}

/** Every place has the leaf it should have, and nobody else has one. */
function leafFaults(
  file: LeafFile,
  expected: Expected,
  { leaves: rows, leavesBefore: known, readers }: Pick<Read, 'leaves' | 'leavesBefore' | 'readers'>,
  domain: string,
): string[] {
  const faults: string[] = []
  const salts = new Set<string>()
  const seen = new Set<bigint>()
  for (const { index, hash, sum, sealed } of file.places) {
    seen.add(index)
    const leaf = expected.leaves.get(index)
    const row = rows.get(index)
    if (!leaf) faults.push(`leaf ${index} is nobody's`)
    else if (!row) faults.push(`leaf ${index} of ${leaf.account} has no row`)
    else if (!/^0x[0-9a-f]{64}$/.test(row.salt) || salts.has(row.salt))
      faults.push(`leaf ${index} of ${leaf.account} has no salt of its own`)
    else {
      salts.add(row.salt)
      const differing = differences(leaf, row)
      if (differing) faults.push(`leaf ${index} of ${leaf.account}: ${differing}`)
      else if (sum !== leaf.authorised + leaf.spendable + leaf.held)
        faults.push(`leaf ${index} of ${leaf.account} counts ${sum} units in the file`)
      else if (hash !== leafHashOf(domain, leaf, row.salt))
        faults.push(`leaf ${index} of ${leaf.account} has another hash in the file`)
      else {
        const of = readers.get(index)
        const fault = of && sealedFault({ domain, hash, sealed, leaf, salt: row.salt }, of)
        if (fault) faults.push(`leaf ${index} of ${leaf.account}: ${fault}`)
      }
    }
  }
  for (const leaf of expected.leaves.values())
    if (!seen.has(leaf.index) && !isEmpty(leaf))
      faults.push(`leaf ${leaf.index} of ${leaf.account} is left out`)
  for (const { index, account } of known) {
    if (!seen.has(index)) faults.push(`leaf ${index} of ${account} is left out, and was there before`)
    else if (expected.leaves.get(index)?.account !== account)
      faults.push(`leaf ${index} was ${account}'s before`)
  }
  return faults
}

const FIELDS = ['account', 'authorised', 'spendable', 'held', 'payout', 'batch', 'deposited'] as const

function differences(leaf: ExpectedLeaf, row: LeafRow): string {
  return FIELDS.filter((field) => leaf[field] !== row[field])
    .map((field) => `${field} is ${row[field]} and should be ${leaf[field]}`)
    .join(', ')
}

/** A place that came after the epoch was built, and has nothing, needs no leaf. */
function isEmpty({ authorised, spendable, held, payout, deposited }: ExpectedLeaf): boolean {
  return authorised + spendable + held + payout + deposited === 0n
}

/** Root and sums, as the vault would be told them. */
function totalFaults(file: LeafFile, expected: Expected, epoch: EpochToCheck, domain: string): string[] {
  const top = topOf(file.places, file.depth)
  const leaves = [...expected.leaves.values()]
  const sumOf = (field: 'authorised' | 'deposited' | 'payout') =>
    leaves.reduce((sum, leaf) => sum + leaf[field], 0n)
  const hashes = file.records.map((records, i) => batchHashOf(domain, epoch.number, i, records))
  const should = [
    ['root', epoch.root, top.hash],
    ['sum', epoch.gross, top.sum],
    ['payout root', epoch.payoutRoot, payoutRootOf(hashes)],
    ['authorised total', epoch.authorisedTotal, sumOf('authorised')],
    ['deposits seen', epoch.depositsSeen, sumOf('deposited')],
    ['payout total', epoch.payoutTotal, sumOf('payout')],
  ] as const
  return should.flatMap(([what, is, ought]) =>
    is === ought ? [] : [`the ${what} is ${is} and should be ${ought}`],
  )
}

/** The vault is told that every batch of the epoch before was paid, and sums that never fall do not. */
function pastFaults(epoch: EpochToCheck, before: EpochToCheck | undefined, paid: number): string[] {
  const faults: string[] = []
  const executed = (1n << 255n) | ((1n << BigInt(paid)) - 1n)
  if (BigInt(epoch.expectedExecuted) !== executed)
    faults.push(`the executed batches are said to be ${epoch.expectedExecuted}`)
  if (before && epoch.authorisedTotal < before.authorisedTotal)
    faults.push(`the authorised total falls from ${before.authorisedTotal} to ${epoch.authorisedTotal}`)
  if (before && epoch.depositsSeen < before.depositsSeen)
    faults.push(`the deposits seen fall from ${before.depositsSeen} to ${epoch.depositsSeen}`)
  return faults
}
