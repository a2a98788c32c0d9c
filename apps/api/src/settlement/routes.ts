import { Readable } from 'node:stream'
import { domainSeparator } from '@rivulet/contracts'
import { amountOf, formatAmount } from '@rivulet/ledger'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { EpochAnswer, EpochParams, EpochSummary, ProofAnswer } from './schemas.ts'
import {
  batchesOf,
  type EpochRow,
  epochsBefore,
  fileOf,
  filePartsOf,
  findEpoch,
  proofOf,
  transactionsOf,
} from './store.ts'

const tag = 'settlement'
const PRUNED =
  'Leaf files and proofs are kept for the last 48 epochs. The newest active epoch is the one that pays.'

/** What an epoch says of everybody, in public, and to each member their own part of it. */
export async function settlementRoutes(app: App, deps: Deps): Promise<void> {
  const { config, rules } = deps
  const { pool } = deps.db
  const domain = domainSeparator(config.chain.id, config.chain.vault)
  const decimal = (units: bigint) => formatAmount(amountOf(units * rules.unit))
  const summary = (epoch: EpochRow) => ({
    ...{ number: epoch.number, status: epoch.status, root: epoch.root, depth: epoch.depth },
    gross: decimal(epoch.gross),
    authorisedTotal: decimal(epoch.authorisedTotal),
    payoutTotal: decimal(epoch.payoutTotal),
    depositsSeen: decimal(epoch.depositsSeen),
    snapshotBlock: Number(epoch.snapshotBlock),
    dataHash: epoch.dataHash,
    createdAt: epoch.createdAt.toISOString(),
    settledAt: epoch.settledAt?.toISOString() ?? null,
  })
  const epochOf = async (number: number): Promise<EpochRow> => {
    const epoch = await findEpoch(pool, number)
    if (!epoch) throw problem('epoch_not_found')
    return epoch
  }

  app.get(
    '/settlement/epochs',
    operation({
      ...{ id: 'listEpochs', tag, session: 'none' },
      summary: 'List the epochs, newest first',
      query: ListQuery,
      answers: { 200: listOf(EpochSummary) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { data, nextCursor } = await page(
        request,
        reply,
        { cursors: deps.cursors, publicUrl: config.publicUrl },
        ['epochs'],
        ({ after, take }) => epochsBefore(pool, after === undefined ? null : Number(after), take),
        (epoch) => String(epoch.number),
      )
      return { data: data.map(summary), nextCursor }
    },
  )

  app.get(
    '/settlement/epochs/:n',
    operation({
      ...{ id: 'getEpoch', tag, session: 'none' },
      summary: 'Read an epoch: root, totals, transactions, batches',
      params: EpochParams,
      answers: { 200: EpochAnswer },
      refuses: ['epoch_not_found'],
    }),
    async (request) => {
      const epoch = await epochOf(request.params.n)
      const [batches, sent, { parts }] = await Promise.all([
        batchesOf(pool, epoch.number),
        transactionsOf(pool, epoch),
        fileOf(pool, epoch.number),
      ])
      return {
        ...summary(epoch),
        payoutRoot: epoch.payoutRoot,
        commitTx: sent.commit,
        activateTx: sent.activate,
        leavesUrl: parts > 0 ? `${config.publicUrl}/v1/settlement/epochs/${epoch.number}/leaves` : null,
        batches: batches.map((batch) => ({ ...batch, total: decimal(batch.total) })),
      }
    },
  )

  const leaves = operation({
    ...{ id: 'getLeafFile', tag, session: 'none' as const },
    summary: 'Download the leaf file of an epoch',
    description:
      'Text, format 2 of docs/SETTLEMENT.md: index, leaf hash and sum of every leaf in the clear, each leaf encrypted for ' +
      'its member, and every batch. Its Keccak-256 is in the commit on the chain, and in the `ETag`. Keep it: with it, your ' +
      'exit secret and your wallet key you leave without us.',
    params: EpochParams,
    answers: { 200: z.string().describe('The file.') },
    refuses: ['epoch_not_found', 'epoch_pruned'],
  })
  app.get(
    '/settlement/epochs/:n/leaves',
    { ...leaves, schema: { ...leaves.schema, produces: ['text/plain'] } },
    async (request, typed) => {
      // What is sent is a stream, or nothing: no serializer sees it.
      const reply = typed as unknown as FastifyReply
      const epoch = await epochOf(request.params.n)
      const { parts, bytes } = await fileOf(pool, epoch.number)
      if (parts === 0) throw problem('epoch_pruned', PRUNED)
      const etag = `"${epoch.dataHash}"`
      reply.header('etag', etag).header('cache-control', 'no-cache')
      if (request.headers['if-none-match'] === etag) return reply.code(304).send() as never
      reply.type('text/plain; charset=us-ascii').header('content-length', String(bytes))
      return reply.send(Readable.from(filePartsOf(pool, epoch.number, parts))) as never
    },
  )

  app.get(
    '/settlement/epochs/:n/proof',
    operation({
      ...{ id: 'getOwnProof', tag, session: 'required' },
      summary: 'Read your own leaf and its proof',
      description: 'Ready for `claim`, `requestExit` and `exit` of the vault, once the epoch is active.',
      params: EpochParams,
      answers: { 200: ProofAnswer },
      refuses: ['epoch_not_found', 'leaf_not_found', 'epoch_pruned'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const epoch = await epochOf(request.params.n)
      const own = await proofOf(pool, domain, epoch, viewer(request).memberId)
      if (!own && (await fileOf(pool, epoch.number)).parts === 0) throw problem('epoch_pruned', PRUNED)
      if (!own) throw problem('leaf_not_found')
      const { leaf, proof } = own
      const text = (units: bigint) => units.toString()
      return {
        ...{ epoch: epoch.number, status: epoch.status, root: epoch.root },
        ...{ chainId: config.chain.id, vault: config.chain.vault, proof },
        leaf: {
          ...{ index: text(leaf.index), account: leaf.account, batch: leaf.batch, salt: leaf.salt },
          authorised: text(leaf.authorised),
          spendable: text(leaf.spendable),
          held: text(leaf.held),
          payout: text(leaf.payout),
          deposited: text(leaf.deposited),
        },
      }
    },
  )
}
