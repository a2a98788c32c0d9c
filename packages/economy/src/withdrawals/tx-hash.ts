/**
 * SQL: the hash of the transaction that pays the withdrawal `w`, null while none is signed: the one that ended it; else
 * the one that executed its batch; else the newest that was signed for the batch. A batch that could not be executed has
 * a second transaction (`purpose#2`), and an epoch that was built anew another name (`epoch:7/2`).
 */
export const TX_HASH = `coalesce(
  w.tx_hash,
  (select b.tx_hash from epoch_batches b where b.epoch = w.epoch and b.index = w.batch),
  (select coalesce(t.hash, (select a.hash from chain_attempts a where a.transaction_id = t.id order by a.id desc limit 1))
   from epochs e
     cross join lateral (
       select format('epoch:%s%s:batch:%s', e.number, case when e.attempt > 1 then '/' || e.attempt end, w.batch) as name
     ) p
     join chain_transactions t on t.purpose = p.name or starts_with(t.purpose, p.name || '#')
   where e.number = w.epoch and w.batch is not null
   order by t.nonce desc limit 1)
)`
