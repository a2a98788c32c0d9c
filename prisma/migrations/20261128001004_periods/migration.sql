-- A batch that pays on what it has just brought, as a step of a period's close does, is posted as a set. Only the second
-- half of the condition is new.

set role rivulet_ledger;

-- Posts a batch and answers each row: ok, exists, conflict, insufficient, linked_failed, unknown_account, invalid, as
-- the rows would be answered one after another. Consecutive rows of one id with rising legs stand or fall together.
create or replace function ledger.post(
  _id uuid[], _leg smallint[], _debit bigint[], _credit bigint[], _amount bigint[], _code smallint[]
) returns table (ord int, result text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_hashjoin = on set enable_seqscan = off set enable_nestloop = off as $$
declare
  rows constant int := cardinality(_id);
  known bigint[];
  room bigint[];
  answer text[];
begin
  -- judge() reads the columns by position, so all of them have to run from 1 to the same end
  if array[array_dims(_leg), array_dims(_debit), array_dims(_credit), array_dims(_amount), array_dims(_code)]
     is distinct from array_fill(array_dims(_id), array[5]) or array_dims(_id) <> format('[1:%s]', rows) then
    raise exception 'the columns of a batch are arrays of one length' using errcode = 'invalid_parameter_value';
  end if;
  if array_position(_id, null) is not null or array_position(_leg, null) is not null
     or array_position(_debit, null) is not null or array_position(_credit, null) is not null
     or array_position(_amount, null) is not null or array_position(_code, null) is not null then
    raise exception 'a batch holds no nulls' using errcode = 'null_value_not_allowed';
  end if;

  -- Locking is a statement of its own: what later statements read must be newer than the last lock granted. The order
  -- by id keeps two batches from waiting for each other. Locked rows are answered in their newest version.
  select array_agg(a.id), array_agg(a.balance - a.floor) into known, room
  from (
    select account.id, account.balance, account.floor from ledger.account
    where account.id = any (_debit || _credit) order by account.id for no key update
  ) a;

  -- Where the debits alone fit, no order of the rows can fail for money; else this one may yet do, when what an account
  -- gets comes before what it pays. Everything else that could be wrong with a row breaks a constraint of the table; then
  -- the rows are judged one by one.
  if not exists (
    select from (select p.debit, sum(p.amount) as total from unnest(_debit, _amount) as p (debit, amount) group by p.debit) p
      join unnest(known, room) as a (id, room) on a.id = p.debit
    where p.total > a.room
  ) or not exists (
    select from (
      select side.account, side.amount, sum(side.amount) over (partition by side.account order by side.ord) as moved
      from (
        select p.debit as account, -p.amount as amount, p.ord
        from unnest(_debit, _amount) with ordinality as p (debit, amount, ord)
        union all
        select p.credit, p.amount, p.ord from unnest(_credit, _amount) with ordinality as p (credit, amount, ord)
      ) side
    ) m join unnest(known, room) as a (id, room) on a.id = m.account
    where m.amount < 0 and a.room + m.moved < 0
  ) then
    begin
      insert into ledger.transfer (id, leg, debit, credit, amount, code)
      select * from unnest(_id, _leg, _debit, _credit, _amount, _code);
      return query select row_number, 'ok' from generate_series(1, rows) as row_number;
      return;
    exception when unique_violation or check_violation or foreign_key_violation then null;
    end;
  end if;

  -- A key can still appear between the judgement and the insert, from a batch over other accounts. Each turn of the
  -- loop means that somebody else committed such a key.
  for attempt in 1 .. 8 loop
    answer := ledger.judge(_id, _leg, _debit, _credit, _amount, _code, known, room);
    begin
      insert into ledger.transfer (id, leg, debit, credit, amount, code)
      select r.id, r.leg, r.debit, r.credit, r.amount, r.code
      from unnest(_id, _leg, _debit, _credit, _amount, _code, answer)
        as r (id, leg, debit, credit, amount, code, answer)
      where r.answer = 'ok';
      return query select a.ord::int, a.answer from unnest(answer) with ordinality as a (answer, ord);
      return;
    exception when unique_violation then null;
    end;
  end loop;
  raise exception 'keys of this batch are being posted elsewhere' using errcode = 'serialization_failure';
end $$;

reset role;
