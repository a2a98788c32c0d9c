import { createPool, type Pool } from '@rivulet/db'
import type { BenchArguments } from '../harness/arguments.ts'
import type { BenchDatabase } from '../harness/database.ts'
import { type Server, startServer } from './server.ts'

/** Which posts a cell likes: `hot` is one author's one post, `zipf` 1,000 authors' 1,000 posts. */
export type Crowd = 'hot' | 'hot-prisma' | 'zipf' | 'zipf-prisma'

/** What the cells of a round share. */
export interface Scene {
  pool: Pool
  server: Server
  /** Posts of each pass over the members. */
  posts: Record<Crowd, string[][]>
  /** Likes that were answered 200 in this round, by who was asked. */
  acknowledged: { ours: number; prisma: number }
}

export async function open(database: BenchDatabase, _arguments: BenchArguments): Promise<Scene> {
  const pool = createPool(database.url, { max: 2, transactionTimeoutMs: 600_000 })
  const { rows } = await pool.query<{ kind: Crowd; posts: string[] }>(
    `select tags[1] as kind, array_agg(id) as posts from posts group by tags[1], tags[2] order by tags[2]::int`,
  )
  const of = (kind: Crowd) => rows.filter((row) => row.kind === kind).map((row) => row.posts)
  return {
    pool,
    server: await startServer(database.url),
    posts: {
      ...{ hot: of('hot'), 'hot-prisma': of('hot-prisma') },
      ...{ zipf: of('zipf'), 'zipf-prisma': of('zipf-prisma') },
    },
    acknowledged: { ours: 0, prisma: 0 },
  }
}

export async function close({ pool, server }: Scene): Promise<void> {
  await server.stop()
  await pool.end()
}
