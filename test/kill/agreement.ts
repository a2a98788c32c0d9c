import type { Pool } from '@rivulet/db'

/*
 * Each of these reads what disagrees between two places that were written in one transaction: anything is half of
 * something. 2, 6 and 24 are the codes of likes, tips and fees in the books.
 */
const DISAGREEMENTS: Record<string, string> = {
  'a post counts its active likes': `
    select p.id from posts p where p.likes_count <>
      (select count(*) from interactions i where i.post_id = p.id and i.kind = 'like' and i.active)`,

  'a post earned its standing receipts': `
    select p.id from posts p where p.earned <>
      (select coalesce(sum(gross), 0) from receipts r where r.post_id = p.id and r.reversal_id is null)`,

  'an interaction was credited its standing receipt': `
    select i.id from interactions i where i.credited <>
      (select coalesce(sum(gross), 0) from receipts r where r.interaction_id = i.id and r.reversal_id is null)`,

  'an interaction has at most one standing receipt, and was reversed as often as its receipts': `
    select i.id from interactions i join receipts r on r.interaction_id = i.id group by i.id
    having count(*) filter (where r.reversal_id is null) > 1
      or count(*) filter (where r.reversal_id is not null) <> i.reversals`,

  'a receipt is a transfer from its payer to its receiver': `
    select r.id from receipts r where not exists (
      select from ledger.transfer t
        join ledger.account d on d.id = t.debit join ledger.account c on c.id = t.credit
      where t.id = r.id and t.leg = 0 and t.code = 2 and t.amount = r.gross
        and d.ref = 'member:' || r.payer_id || ':' || r.source and c.ref = 'member:' || r.receiver_id || ':pending')`,

  'a reversal is a transfer back': `
    select r.id from receipts r where r.reversal_id is not null and not exists (
      select from ledger.transfer t
        join ledger.account d on d.id = t.debit join ledger.account c on c.id = t.credit
      where t.id = r.reversal_id and t.leg = 0 and t.code = 2 and t.amount = r.gross
        and c.ref = 'member:' || r.payer_id || ':' || r.source and d.ref = 'member:' || r.receiver_id || ':pending')`,

  'a transfer of a like is a receipt or a reversal': `
    select t.id from ledger.transfer t where t.code = 2
      and not exists (select from receipts r where t.id in (r.id, r.reversal_id))`,

  'what is pending is what the standing receipts say': `
    select a.ref from ledger.account a where a.ref like 'member:%:pending' and a.balance <>
      (select coalesce(sum(gross), 0) from receipts r
       where r.reversal_id is null and a.ref = 'member:' || r.receiver_id || ':pending')`,

  'a tip is two transfers from its payer: net to the receiver, fee to the platform': `
    select tip.id from tips tip where 2 <> (
      select count(*) from ledger.transfer t
        join ledger.account d on d.id = t.debit join ledger.account c on c.id = t.credit
      where t.id = tip.id and d.ref = 'member:' || tip.payer_id || ':available'
        and (t.leg, t.code, t.amount, c.ref) in (
          (0, 6, tip.amount - tip.fee, 'member:' || tip.receiver_id || ':available'),
          (1, 24, tip.fee, 'platform:revenue')))`,

  'a transfer of a tip or a fee is part of a tip': `
    select t.id from ledger.transfer t where t.code in (6, 24) and not exists (select from tips where tips.id = t.id)`,

  'a tip is kept under its key, once': `
    select tip.id from tips tip where 1 <> (
      select count(*) from idempotency_records k
      where k.member_id = tip.payer_id and k.status = 201
        and k.key = tip.message and k.body ->> 'id' = tip.id::text)`,

  'a key that was kept has its tip': `
    select k.key from idempotency_records k
    where k.body ? 'net' and not exists (select from tips where tips.id = (k.body ->> 'id')::uuid)`,
}

/** The names of those places that do not agree, each with how often. */
export async function disagreements(pool: Pool): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const [name, sql] of Object.entries(DISAGREEMENTS)) {
    const { rows } = await pool.query(sql)
    if (rows.length > 0) found[name] = rows.length
  }
  return found
}
