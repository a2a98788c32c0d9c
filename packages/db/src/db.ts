import { createPool, type Pool } from './pool.ts'
import { createPrisma, type PrismaClient } from './prisma.ts'

/** The database, by its doors. One transaction never spans two. */
export type Db = {
  /** For what moves money. */
  pool: Pool
  /** For what is hot: group commits, and look-ups that every call makes. Its statements find rows by index only. */
  hot: Pool
  /**
   * For lists of posts: long statements that find rows by index, in one way whatever is asked. Planning them for each
   * page takes several times as long as reading it. Reads that wait here hold up nobody who writes.
   */
  lists: Pool
  /** For everything else. */
  prisma: PrismaClient
  close(): Promise<void>
}

/** Opens the doors; nothing connects before the first query. @param max connections of each */
export function createDb(url: string, { max = 10 }: { max?: number } = {}): Db {
  const pool = createPool(url, { max })
  const hot = createPool(url, { max, byIndex: true, pipelined: true })
  const lists = createPool(url, { max, byIndex: true })
  const prisma = createPrisma(url, max)
  return {
    pool,
    hot,
    lists,
    prisma,
    async close() {
      await Promise.all([pool.end(), hot.end(), lists.end(), prisma.$disconnect()])
    },
  }
}
