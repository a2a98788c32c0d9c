import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.ts'

export { Prisma } from './generated/client.ts'
export type { PrismaClient }

/** A Prisma client over `pg`: nothing connects before the first query. */
export function createPrisma(url: string, max = 10): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max }) })
}
