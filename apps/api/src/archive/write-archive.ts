import { createHash } from 'node:crypto'
import { ledgerOf, type Tx } from '@rivulet/db'
import { memberRefs, type ReceiptPart, receiptsOfTransfers } from '@rivulet/economy'
import { entriesOf } from '../authorship/store.ts'
import type { PartBody } from '../receipts/schemas.ts'
import { present, refsOf } from '../wallet/entries.ts'
import type { NodeKey } from './node-key.ts'
import { inSteps, SECTIONS } from './sections.ts'

/** Rows that are in memory at a time. */
const STEP = 500

export type ArchiveOf = {
  member: { id: string; address: string }
  network: { name: string; node: string }
  key: NodeKey
  /** Presents a receipt to the member. */
  receipt(part: ReceiptPart): PartBody
}

/**
 * Writes everything that is a member's as lines of JSON: a head, their things kind by kind, and a manifest with how many
 * lines of each kind there are, the SHA-256 of all lines before it, and the node's signature.
 *
 * @param tx repeatable read: the archive is of one moment
 * @param write takes lines, and resolves when more may come
 */
export async function writeArchive(
  tx: Tx,
  { member, network, key, receipt }: ArchiveOf,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const hash = createHash('sha256')
  const counts: Record<string, number> = {}
  async function put(type: string, values: object[]): Promise<void> {
    if (values.length === 0) return
    const text = values.map((value) => `${JSON.stringify({ type, ...value })}\n`).join('')
    hash.update(text)
    counts[type] = (counts[type] ?? 0) + values.length
    await write(text)
  }
  const { rows } = await tx.query<{ at: Date }>('select now() as at')
  await put('archive', [{ version: 1, network: network.name, node: network.node, member, at: rows[0]!.at }])
  for (const { type, sql, line } of SECTIONS)
    for await (const found of inSteps(tx, sql, [member.id], STEP)) await put(type, found.map(line))
  for await (const entries of signedPosts(tx, member.id)) await put('signed', entries)
  for await (const { entries, receipts } of moved(tx, member.id, receipt)) {
    await put('entry', entries)
    await put('receipt', receipts)
  }
  const sha256 = hash.digest('hex')
  const manifest = { type: 'manifest', counts, sha256, publicKey: key.publicKey, signature: key.sign(sha256) }
  await write(`${JSON.stringify(manifest)}\n`)
}

async function* signedPosts(tx: Tx, memberId: string) {
  for (let after = -1; ; ) {
    const entries = await entriesOf(tx, memberId, { viewerId: memberId, after, take: STEP })
    if (entries.length > 0) yield entries
    if (entries.length < STEP) return
    after = entries.at(-1)!.seq
  }
}

/** The statement, newest first, and behind each step the receipts of it. */
async function* moved(tx: Tx, memberId: string, receipt: ArchiveOf['receipt']) {
  const ledger = ledgerOf(tx)
  let cursor: Parameters<typeof ledger.statement>[0]['cursor']
  let told = new Set<string>()
  do {
    const { entries, next } = await ledger.statement({
      ...{ accounts: memberRefs(memberId), limit: STEP },
      ...(cursor ? { cursor } : {}),
    })
    const refOf = await refsOf(tx, memberId, entries)
    // An event may reach from one step into the next.
    const ids = [...new Set(entries.map((entry) => entry.transferId))].filter((id) => !told.has(id))
    const parts = await receiptsOfTransfers(tx, memberId, ids)
    yield { entries: entries.map((entry) => present(entry, refOf)), receipts: parts.map(receipt) }
    told = new Set(ids)
    cursor = next ?? undefined
  } while (cursor)
}
