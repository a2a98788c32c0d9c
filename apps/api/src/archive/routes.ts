import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createPool } from '@rivulet/db'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Buckets } from '../rate-limit/buckets.ts'
import { presenterFor } from '../receipts/present.ts'
import { createPseudonyms } from '../receipts/pseudonym.ts'
import { checkArchive, MOST_LINES } from './check-archive.ts'
import { importArchive } from './import-archive.ts'
import { ArchiveTooLarge, MOST_BYTES, NotGzip, spool } from './lines.ts'
import { nodeKeyOf } from './node-key.ts'
import { ImportedSchema } from './schemas.ts'
import { sendArchive } from './send-archive.ts'

const NDJSON = 'application/x-ndjson'

/** Of a member, in a process: three at once, then one every 20 minutes. */
const SELDOM = { burst: 3, perSecond: 3 / 3_600 }

/** Of one process. Each export keeps a connection of its own for as long as it is read. */
const AT_ONCE = 2
const EXPORT_MS = 30 * 60_000

/** Everything that is a member's, to take along, and to bring to another node. */
export async function archiveRoutes(app: App, deps: Deps): Promise<void> {
  const { config, db, now } = deps
  const key = nodeKeyOf(config)
  const pseudonyms = createPseudonyms(config.secretKey)
  const exports = createPool(config.databaseUrl, { max: AT_ONCE, transactionTimeoutMs: EXPORT_MS })
  app.addHook('onClose', () => exports.end())
  const begin = turns(now)
  const [tag, session, scope] = ['members', 'required', 'session'] as const

  const exported = operation({
    id: 'exportMe',
    ...{ tag, session, scope },
    summary: 'Download everything that is yours',
    description:
      'An archive, as lines of JSON: profile, posts, the signed ones with their signatures, whom you follow, block and mute, ' +
      'bookmarks, what you did and paid, every entry with its receipts, withdrawals. All of one moment. The last line is a ' +
      'manifest: counts, the SHA-256 of all before, and the signature of this node. An archive without it was cut short.',
    answers: { 200: z.string().describe('The archive.') },
  })
  app.get(
    '/me/export',
    { ...exported, schema: { ...exported.schema, produces: [NDJSON] } },
    async (request, typed) => {
      // A stream goes out as it is: no serializer sees it.
      const reply = typed as unknown as FastifyReply
      const { memberId, address } = viewer(request)
      const ended = begin('export', memberId)
      const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      const what = {
        ...{ member: { id: memberId, address }, key, receipt: presenterFor(memberId, pseudonyms).part },
        network: { name: config.networkName, node: config.publicUrl },
      }
      const archive = await sendArchive(exports, what, gzip, ended)
      reply.type(NDJSON).header('cache-control', 'private, no-store').header('vary', 'accept-encoding')
      reply.header('content-disposition', 'attachment; filename="rivulet.ndjson"')
      if (gzip) reply.header('content-encoding', 'gzip')
      return reply.send(archive) as never
    },
  )

  // The one call that reads a body of its own: no other learns to.
  await app.register(async (scoped) => {
    const own = scoped as unknown as App
    own.addContentTypeParser([NDJSON, 'application/gzip'], (_request, body, done) => done(null, body))
    const imported = operation({
      id: 'importArchive',
      ...{ tag, session, scope },
      summary: 'Bring an archive from another node',
      description:
        `Sent as \`${NDJSON}\`, packed as \`application/gzip\` or with \`content-encoding: gzip\`; ${MOST_BYTES / 1024 / 1024} MiB unpacked ` +
        `and ${MOST_LINES.signed} signed posts at most. Signed in by the wallet it is of. Everything is checked before anything is taken in: ` +
        'the profile where yours is empty, signed posts, which earn from now on, follows, blocks and mutes of who is here. ' +
        'Never money, and nothing that was not signed. Again, it changes nothing.',
      body: z.unknown().meta({ description: 'The archive.' }),
      answers: { 200: ImportedSchema },
      refuses: ['invalid_archive', 'archive_not_yours', 'archive_conflict', 'suspended', 'body_too_large'],
    })
    own.post(
      '/members/import',
      { ...imported, schema: { ...imported.schema, consumes: [NDJSON, 'application/gzip'] } },
      async (request) => {
        const { memberId, address } = viewer(request)
        const type = String(request.headers['content-type']).split(';')[0]
        const body = request.body as Readable | undefined
        if (typeof body?.pipe !== 'function')
          throw problem('unsupported_media_type', `Send the archive as ${NDJSON} or application/gzip.`)
        if (await isSuspended(memberId)) throw problem('suspended')
        const ended = begin('import', memberId)
        const folder = await mkdtemp(join(tmpdir(), 'rivulet-import-'))
        try {
          const path = join(folder, 'archive.ndjson')
          await spool(
            body,
            path,
            type === 'application/gzip' || request.headers['content-encoding'] === 'gzip',
          )
          const checked = await checkArchive(path, address, now())
          if (!checked.ok) throw problem(checked.fault.code, checked.fault.detail)
          const result = await importArchive(db.pool, memberId, { path, head: checked.head })
          if (!result.ok) throw problem('archive_conflict', result.detail)
          return result.imported
        } catch (error) {
          if (error instanceof ArchiveTooLarge)
            throw problem(
              'body_too_large',
              `An archive has ${MOST_BYTES / 1024 / 1024} MiB at most, unpacked.`,
            )
          if (error instanceof NotGzip) throw problem('invalid_archive', 'It is said to be gzip, and is not.')
          throw error
        } finally {
          await rm(folder, { recursive: true, force: true })
          ended()
        }
      },
    )
  })

  async function isSuspended(memberId: string): Promise<boolean> {
    const found = await db.pool.query('select 1 from members where id = $1 and suspended_at is not null', [
      memberId,
    ])
    return found.rowCount === 1
  }
}

/** Lets a few at a time begin, and each member seldom. @returns what begins one, and answers what ends it */
function turns(now: () => number) {
  const buckets = { export: new Buckets(SELDOM, now, 4_096), import: new Buckets(SELDOM, now, 4_096) }
  const running = { export: 0, import: 0 }
  return (what: 'export' | 'import', memberId: string): (() => void) => {
    if (running[what] >= AT_ONCE)
      throw problem('overloaded', `Others ${what} right now: try again in a minute.`)
    const { allowed, retryInMs } = buckets[what].take(memberId)
    if (!allowed)
      throw problem('rate_limited', `You have made three ${what}s: the next is possible later.`, {
        retryAfterSeconds: retryInMs / 1_000,
      })
    running[what]++
    return () => {
      running[what]--
    }
  }
}
