import {
  batchHash,
  batchLine,
  buildPayoutTree,
  buildSumTree,
  headLine,
  type Leaf,
  leafHash,
  leafSum,
  type Payout,
  packPayouts,
  placeLine,
  sealLeaf,
  unpackPayouts,
} from '@rivulet/contracts'
import type { Tx } from '@rivulet/db'
import { keccak256, toUtf8Bytes } from 'ethers'
import type pg from 'pg'
import { readersIn } from '../src/settlement/readers.ts'
import { SECRET_KEY, type Worker } from './world.ts'

type Planted = { leaves: Leaf[]; batches: Payout[][] }

/**
 * Rewrites the newest epoch as somebody would who has the database and wants it committed: leaves and batches as
 * `plant` leaves them, and root, sums, file and hash all made to fit them.
 *
 * @param publish what is published for a leaf's readers, of what should be
 */
export async function plantEpoch(
  client: pg.PoolClient,
  { chain }: Pick<Worker, 'chain'>,
  plant: (epoch: Planted) => void,
  publish: (sealed: string[], leaf: Leaf) => string[] = (sealed) => sealed,
): Promise<void> {
  const { rows } = await client.query('select number, depth from epochs order by number desc limit 1')
  const { number, depth } = rows[0] as { number: number; depth: number }
  const found = await client.query(
    `select index, account, authorised, spendable, held, payout, batch, deposited, salt
     from epoch_leaves where epoch = $1 order by index`,
    [number],
  )
  const stored = await client.query('select records from epoch_batches where epoch = $1 order by index', [
    number,
  ])
  const epoch: Planted = {
    leaves: found.rows as Leaf[],
    batches: stored.rows.map((row) => unpackPayouts(row.records)),
  }
  plant(epoch)

  const places = epoch.leaves.map((leaf) => ({
    index: leaf.index,
    hash: leafHash(chain.domain, leaf),
    sum: leafSum(leaf),
  }))
  const records = epoch.batches.map((batch) => packPayouts(batch))
  const totals = epoch.batches.map((batch) => batch.reduce((sum, p) => sum + p.amount, 0n))
  const tree = buildSumTree(places, depth)
  const readers = await readersIn(client as unknown as Tx, SECRET_KEY, 0n, 1_000n)
  const sealedFor = (hash: string, leaf: Leaf) =>
    (readers.get(leaf.index) ?? []).map((secret) => sealLeaf(chain.domain, hash, leaf, secret))
  const file = [
    headLine({ chainId: chain.id, vault: chain.vault, number, depth }),
    ...places.map((place, i) => {
      const leaf = epoch.leaves[i]!
      return placeLine(place, publish(sealedFor(place.hash, leaf), leaf))
    }),
    ...records.map((record, i) => batchLine(i, record)),
  ].join('')
  const payouts = buildPayoutTree(records.map((r, i) => batchHash(chain.domain, number, i, r)))
  const sumOf = (field: 'authorised' | 'deposited') => epoch.leaves.reduce((sum, l) => sum + l[field], 0n)

  await client.query('delete from epoch_leaves where epoch = $1', [number])
  for (const l of epoch.leaves)
    await client.query(
      `insert into epoch_leaves (epoch, index, account, authorised, spendable, held, payout, batch, deposited, salt)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [number, l.index, l.account, l.authorised, l.spendable, l.held, l.payout, l.batch, l.deposited, l.salt],
    )
  for (const [i, record] of records.entries())
    await client.query('update epoch_batches set records = $3, total = $4 where epoch = $1 and index = $2', [
      number,
      i,
      record,
      totals[i],
    ])
  await client.query('delete from epoch_file_parts where epoch = $1', [number])
  await client.query('insert into epoch_file_parts values ($1, 0, $2)', [number, file])
  await client.query(
    `update epochs set root = $2, gross = $3, payout_root = $4, authorised_total = $5, deposits_seen = $6,
       payout_total = $7, data_hash = $8 where number = $1`,
    [
      ...[number, tree.root, tree.total, payouts.root, sumOf('authorised'), sumOf('deposited')],
      ...[totals.reduce((a, b) => a + b, 0n), keccak256(toUtf8Bytes(file))],
    ],
  )
}
