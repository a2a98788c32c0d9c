-- The ledger kernel: accounts, transfers, and the one function that moves money.
--
-- A transfer is one row with both sides in it, so an unbalanced entry cannot be written down. Balances are moved by a
-- statement trigger on insert of transfers, and by nothing else. The schema lies outside Prisma's model on purpose:
-- what makes it right is triggers, privileges and checks. packages/ledger/README.md says which law stands where.

-- ── roles ──────────────────────────────────────────────────────────────────────────────────────────────────────────
-- rivulet_ledger owns the schema and can never sign in; rivulet_app is the group of the roles applications sign in with.
-- Roles belong to the cluster and not to the database, so they may be there already, or appear at this very moment.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['rivulet_ledger', 'rivulet_app'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin', wanted);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
  if not pg_has_role(current_user, 'rivulet_ledger', 'set') then
    execute format('grant rivulet_ledger to %I with inherit false, set true', current_user);
  end if;
end $$;

create schema ledger authorization rivulet_ledger;
set role rivulet_ledger;

-- ── tables ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- Amounts are nano: 1e-9 of the one asset this book is kept in.

create table ledger.account (
  id bigint generated always as identity primary key,
  ref text not null unique,
  floor bigint default 0, -- null: may go negative without limit
  balance bigint not null default 0,
  version bigint not null default 0, -- how many legs were ever applied
  opened_by xid8 not null default pg_current_xact_id(), -- an id may be cached by others once this transaction is over
  constraint balance_not_below_floor check (floor is null or balance >= floor),
  constraint only_the_reserve_has_no_floor check (
    case when ref = 'chain:reserve' then floor is null else floor is not null and floor >= 0 end
  )
) with (
  -- half of each page stays free, so that the next version of a row lands beside it and no index is touched
  fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000
);

create table ledger.transfer (
  -- The order of posting. Posting holds the row locks of its accounts from before seq is drawn until commit, hence for
  -- any one account the order of seq is the order of commit.
  seq bigint generated always as identity,
  id uuid not null, -- uuidv7 of the durable event that caused it
  debit bigint not null,
  credit bigint not null,
  amount bigint not null constraint amount_positive check (amount > 0),
  posted_at timestamptz not null default now(),
  leg smallint not null constraint leg_not_negative check (leg >= 0),
  code smallint not null,
  primary key (id, leg),
  constraint sides_differ check (debit <> credit)
) partition by range (id);

create index transfer_debit_seq on ledger.transfer (debit, seq);
create index transfer_credit_seq on ledger.transfer (credit, seq);

create table ledger.transfer_default partition of ledger.transfer default;

-- ── guards ─────────────────────────────────────────────────────────────────────────────────────────────────────────

create function ledger.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% on %.% is refused: %', tg_op, tg_table_schema, tg_table_name, tg_argv[0]
    using errcode = 'insufficient_privilege';
end $$;

-- The planner settings pin index lookups of the accounts touched, whatever the statistics say: a plan made while the
-- table was small would else scan it for ever. They are set both ways, because whoever inserts has settings too.
create function ledger.apply() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_nestloop = on set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  touched bigint;
  moved bigint;
begin
  with delta as (
    select side.account, sum(side.amount)::bigint as amount, count(*) as legs
    from (
      select fresh.debit as account, -fresh.amount as amount from fresh
      union all
      select fresh.credit, fresh.amount from fresh
    ) side
    group by side.account
  ), move as (
    update ledger.account a
    set balance = a.balance + delta.amount, version = a.version + delta.legs
    from delta
    where a.id = delta.account
    returning 1
  )
  select (select count(*) from delta), (select count(*) from move) into touched, moved;
  if touched <> moved then
    raise exception 'a transfer names an account that does not exist' using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;

-- Statement triggers of the parent do not fire for a statement aimed at a partition, so every partition has its own.
create function ledger.guard_transfers(transfers regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format(
    'create trigger apply after insert on %s referencing new table as fresh
       for each statement execute function ledger.apply()', transfers);
  execute format(
    'create trigger append_only before update or delete or truncate on %s
       for each statement execute function ledger.refuse(''transfers are append-only'')', transfers);
end $$;

select ledger.guard_transfers('ledger.transfer');
select ledger.guard_transfers('ledger.transfer_default');

-- A balance moves only inside apply(): one trigger deep and as the owner. The depth alone would be fooled by a trigger
-- on somebody else's table, the owner alone by whoever may become the owner. The application can be neither: it owns no
-- table here, may update nothing here, and is no member of rivulet_ledger.
create trigger balances_move_by_transfers before update on ledger.account
  for each statement when (pg_trigger_depth() = 0 or current_user <> 'rivulet_ledger')
  execute function ledger.refuse('balances move only by transfers');

create trigger accounts_stay before delete or truncate on ledger.account
  for each statement execute function ledger.refuse('accounts are never removed');

create trigger accounts_open_at_zero before insert on ledger.account
  for each row when (new.balance <> 0 or new.version <> 0)
  execute function ledger.refuse('accounts open at zero');

-- ── verbs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Opens the accounts that are missing, and answers the ids of all. The insert and the read are two statements because
-- the snapshot of the first cannot see what a concurrent opener committed while it waited.
create function ledger.open(refs text[]) returns table (ref text, id bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  insert into ledger.account (ref, floor)
  select wanted.ref, case when wanted.ref = 'chain:reserve' then null else 0 end
  from (select distinct unnest(refs) as ref) wanted
  where not exists (select from ledger.account a where a.ref = wanted.ref)
  order by wanted.ref
  on conflict (ref) do nothing;
  return query select a.ref, a.id from ledger.account a where a.ref = any (refs);
end $$;

-- What post() would answer to the rows one after another: the exact rules, row by row, over arrays. Reads only.
-- known: the accounts of the batch, locked; room: how much each may still be debited, null without limit.
create function ledger.judge(
  _id uuid[], _leg smallint[], _debit bigint[], _credit bigint[], _amount bigint[], _code smallint[],
  known bigint[], room bigint[]
) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_hashjoin = on set enable_seqscan = off set enable_nestloop = off as $$
declare
  payer int[]; -- position among known, 0 when there is no such account
  payee int[];
  linked boolean[]; -- belongs to the unit of the row before
  stored smallint[]; -- the key in the book: 0 absent, 1 with this body, 2 with another
  first int[]; -- the earliest row of the batch with the same key
  holder int[]; -- at first: the row of this batch that was posted under the key, 0 when none
  answer text[];
  verdict text;
  unit_start int;
  unit_failed boolean;
  other int;
begin
  select array_agg(x.payer), array_agg(x.payee), array_agg(x.linked), array_agg(x.stored), array_agg(x.first)
  into payer, payee, linked, stored, first
  from (
    select
      coalesce(d.position, 0)::int as payer,
      coalesce(c.position, 0)::int as payee,
      coalesce(r.id = lag(r.id) over batch and r.leg > lag(r.leg) over batch, false) as linked,
      coalesce(t.stored, 0)::smallint as stored,
      (min(r.ord) over (partition by r.id, r.leg))::int as first
    from unnest(_id, _leg, _debit, _credit, _amount, _code)
        with ordinality as r (id, leg, debit, credit, amount, code, ord)
      left join unnest(known) with ordinality as d (account, position) on d.account = r.debit
      left join unnest(known) with ordinality as c (account, position) on c.account = r.credit
      left join lateral ( -- limit 1 pins one index lookup per row
        select case
          when (t.debit, t.credit, t.amount, t.code) = (r.debit, r.credit, r.amount, r.code) then 1 else 2
        end as stored
        from ledger.transfer t where t.id = r.id and t.leg = r.leg limit 1
      ) t on true
    window batch as (order by r.ord)
    order by r.ord
  ) x;
  holder := array_fill(0, array[cardinality(payer)]);
  answer := array_fill(''::text, array[cardinality(payer)]);

  for i in 1 .. cardinality(answer) loop
    if not linked[i] then
      unit_start := i;
      unit_failed := false;
    elsif unit_failed then
      answer[i] := 'linked_failed';
      continue;
    end if;

    other := holder[first[i]];
    if _amount[i] <= 0 or _debit[i] = _credit[i] or _leg[i] < 0 then
      verdict := 'invalid';
    elsif stored[i] = 1 then
      verdict := 'exists';
    elsif stored[i] = 2 then
      verdict := 'conflict';
    elsif other > 0 then
      if _debit[i] = _debit[other] and _credit[i] = _credit[other]
         and _amount[i] = _amount[other] and _code[i] = _code[other] then
        verdict := 'exists';
      else
        verdict := 'conflict';
      end if;
    elsif payer[i] = 0 or payee[i] = 0 then
      verdict := 'unknown_account';
    elsif room[payer[i]] < _amount[i] then
      verdict := 'insufficient';
    else
      verdict := 'ok';
      room[payer[i]] := room[payer[i]] - _amount[i];
      room[payee[i]] := room[payee[i]] + _amount[i];
      holder[first[i]] := i;
    end if;
    answer[i] := verdict;

    if verdict <> 'ok' and verdict <> 'exists' then
      unit_failed := true;
      for j in unit_start .. i - 1 loop
        if answer[j] = 'ok' then
          answer[j] := 'linked_failed';
          room[payer[j]] := room[payer[j]] + _amount[j];
          room[payee[j]] := room[payee[j]] - _amount[j];
          holder[first[j]] := 0;
        end if;
      end loop;
    end if;
  end loop;
  return answer;
end $$;

-- Posts a batch and answers each row: ok, exists, conflict, insufficient, linked_failed, unknown_account, invalid, as
-- the rows would be answered one after another. Consecutive rows of one id with rising legs stand or fall together.
create function ledger.post(
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

  -- Where the debits alone fit, no order of the rows can fail for money. Everything else that could be wrong with a row
  -- breaks a constraint of the table; then the rows are judged one by one.
  if not exists (
    select from (select p.debit, sum(p.amount) as total from unnest(_debit, _amount) as p (debit, amount) group by p.debit) p
      join unnest(known, room) as a (id, room) on a.id = p.debit
    where p.total > a.room
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

-- ── privileges ─────────────────────────────────────────────────────────────────────────────────────────────────────

revoke all on all tables in schema ledger from public;
revoke all on all functions in schema ledger from public;
alter default privileges for role rivulet_ledger revoke execute on functions from public;

grant usage on schema ledger to rivulet_app;
grant select on ledger.account, ledger.transfer to rivulet_app;
grant insert (ref, floor) on ledger.account to rivulet_app;
grant execute on function ledger.open, ledger.post to rivulet_app;

reset role;
