import { createPool, type Pool } from './pool.ts'
import { createPrisma, type PrismaClient } from './prisma.ts'

/** The database, by its two doors. One transaction never spans both. */
export type Db = {
  /** For everything that moves money or is hot. */
  pool: Pool
  /** For everything else. */
  prisma: PrismaClient
  close(): Promise<void>
}

/** Opens both doors; nothing connects before the first query. @param max connections of each */
export function createDb(url: string, { max = 10 }: { max?: number } = {}): Db {
  const pool = createPool(url, { max })
  const prisma = createPrisma(url, max)
  return {
    pool,
    prisma,
    async close() {
      await Promise.all([pool.end(), prisma.$disconnect()])
    },
  }
}
