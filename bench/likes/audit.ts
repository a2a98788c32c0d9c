import { audit as auditLedger } from '@rivulet/ledger'
import type { Scene } from './scene.ts'

/**
 * Every like that was answered is there once, with its receipt, its transfer and its place in the counters, whoever
 * wrote it; the ledger's laws hold to the unit.
 * @throws Error with what is wrong
 */
export async function audit({ pool, acknowledged }: Scene): Promise<string> {
  const report = await auditLedger(pool)
  if (!report.ok)
    throw new Error(`the ledger's laws: ${report.violations.map((v) => `${v.law} ${v.ref}`).join()}`)
  const { rows } = await pool.query<{ what: string; ours: number; prisma: number }>(COUNTS)
  for (const { what, ours, prisma } of rows) {
    if (ours !== acknowledged.ours || prisma !== acknowledged.prisma)
      throw new Error(`${what}: ${ours} and ${prisma}, acknowledged ${JSON.stringify(acknowledged)}`)
  }
  return `exact: ${acknowledged.ours} likes and ${acknowledged.prisma} of Prisma's, all acknowledged, every law holds`
}

const OURS = `p.tags[1] not like '%prisma'`

const COUNTS = `
  select what, count(*) filter (where ours)::int as ours, count(*) filter (where not ours)::int as prisma
  from (
    select 'interactions' as what, ${OURS} as ours
    from interactions i join posts p on p.id = i.post_id where i.active and i.credited = 500000
    union all
    select 'receipts', ${OURS} from receipts r join posts p on p.id = r.post_id where r.gross = 500000
    union all
    select 'transfers', true from ledger.transfer where code = 2 and amount = 500000
    union all
    select 'transfers', false from bench.transfer where amount = 500000
    union all
    select 'counters', ${OURS} from posts p, generate_series(1, likes_count) where earned = likes_count * 500000::bigint
  ) counted group by what`
