import { audit as auditLedger } from '@rivulet/ledger'
import { onConnection } from '@rivulet/stack'
import { ENDOWMENT, type Scene } from './scene.ts'

/**
 * The laws of the ledger to the unit, the naive book likewise, and in each book as many transfers as were acknowledged.
 * @throws Error with what is wrong
 */
export async function audit({ pool, database, seeded, acknowledged }: Scene): Promise<string> {
  const report = await auditLedger(pool)
  if (!report.ok) throw new Error(`the ledger's laws: ${JSON.stringify(report.violations, bigintAsText)}`)
  const found = await onConnection(database.adminUrl, (client) => client.query(COUNTS, [ENDOWMENT]))
  const { plain, naive, wrong } = found.rows[0]
  if (Number(wrong) > 0) throw new Error(`${wrong} balances of the naive book are wrong`)
  equal('ledger', Number(report.transfers) - seeded, acknowledged.ledger)
  equal('plain', Number(plain), acknowledged.plain)
  equal('naive', Number(naive), acknowledged.naive)
  return `exact: ${report.transfers - BigInt(seeded)} posted, all acknowledged, every law holds`
}

function equal(book: string, posted: number, acknowledged: number): void {
  if (posted !== acknowledged) throw new Error(`${book}: ${posted} posted, ${acknowledged} acknowledged`)
}

const bigintAsText = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

const COUNTS = `
  select (select count(*) from plain.transfer) as plain, (select count(*) from naive.transfer) as naive,
    (select count(*) from naive.account a
      left join (select debit as id, sum(amount) as amount from naive.transfer group by debit) paid using (id)
      left join (select credit as id, sum(amount) as amount from naive.transfer group by credit) got using (id)
      where a.balance <> $1::bigint - coalesce(paid.amount, 0) + coalesce(got.amount, 0)) as wrong`
