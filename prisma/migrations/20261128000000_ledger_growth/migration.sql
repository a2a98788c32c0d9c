-- Growth of the ledger: transfers in a partition a month, made ahead; what lies after a position of the book is found
-- without reading what lies before it; checkpoints, from which an audit goes on. Nothing here moves a balance, and no
-- answer of the ledger depends on it.

set role rivulet_ledger;

-- ── the order of posting ───────────────────────────────────────────────────────────────────────────────────────────

-- A transaction has its id before it draws a seq, whichever way it writes: post() by the locks of its accounts, a
-- statement of the owner's own by this. (A condition that assigns the id and is never true calls no function.)
create or replace function ledger.guard_transfers(transfers regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format(
    'create trigger numbered before insert on %s
       for each statement when (pg_current_xact_id() is null)
       execute function ledger.refuse(''a transaction has an id'')', transfers);
  execute format(
    'create trigger apply after insert on %s referencing new table as fresh
       for each statement execute function ledger.apply()', transfers);
  execute format(
    'create trigger append_only before update or delete or truncate on %s
       for each statement execute function ledger.refuse(''transfers are append-only'')', transfers);
end $$;

create trigger numbered before insert on ledger.transfer
  for each statement when (pg_current_xact_id() is null) execute function ledger.refuse('a transaction has an id');
create trigger numbered before insert on ledger.transfer_default
  for each statement when (pg_current_xact_id() is null) execute function ledger.refuse('a transaction has an id');

-- Rows lie in the order they were posted in, so a few bytes per range of pages tell where a position begins.
create index transfer_seq on ledger.transfer using brin (seq) with (autosummarize = on);

-- Ranges are summarized when they are full; this does the begun ones too, so that a month nobody writes to any more has
-- none that would be read in vain.
create function ledger.summarize_positions() returns void
language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
begin
  perform brin_summarize_new_values(i.inhrelid) from pg_inherits i where i.inhparent = 'ledger.transfer_seq'::regclass;
exception when lock_not_available then null; -- a vacuum is at it, and does the same
end $$;

-- What each account had moved between two positions, and in how many legs. The settings pin the index on seq: it lies
-- on equal terms with the others in the planner's eyes, and those walk through every account there is.
create function ledger.legs_between(after bigint, upto bigint)
returns table (account bigint, amount numeric, legs bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set enable_bitmapscan = on set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as $$
begin
  return query
  select side.account, sum(side.amount), count(*)
  from ledger.transfer t
    cross join lateral (values (t.debit, -t.amount), (t.credit, t.amount)) as side (account, amount)
  where t.seq > after and t.seq <= upto
  group by side.account;
end $$;

-- ── months ─────────────────────────────────────────────────────────────────────────────────────────────────────────
-- A month is told by its first day, UTC. `date` and not `timestamptz`: a session's time zone does not touch it.

-- The lowest id that a uuidv7 of this day can have.
create function ledger.lowest_id(day date) returns uuid
language sql immutable strict
return (lpad(to_hex((extract(epoch from day) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

create function ledger.month_from_now(months int) returns date
language sql stable strict
return (date_trunc('month', now() at time zone 'UTC') + make_interval(months => months))::date;

create function ledger.partition_of(month date) returns text
language sql immutable strict
return 'transfer_' || to_char(month::timestamp, 'YYYY_MM');

create function ledger.is_in_default(month date) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return exists (
    select from ledger.transfer_default t
    where t.id >= ledger.lowest_id(month) and t.id < ledger.lowest_id((month + interval '1 month')::date)
  );
end $$;

-- A month's table with all a partition has but its place. Its owner alone may touch it: the application reads through
-- ledger.transfer. The identity comes with the place.
create function ledger.create_month(month date) returns regclass
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create table ledger.%I (like ledger.transfer including all excluding identity)',
    ledger.partition_of(month));
  return format('ledger.%I', ledger.partition_of(month))::regclass;
end $$;

create function ledger.attach_month(month date) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter table ledger.transfer attach partition ledger.%I for values from (%L) to (%L)',
    ledger.partition_of(month), ledger.lowest_id(month), ledger.lowest_id((month + interval '1 month')::date));
end $$;

create function ledger.missing_months(months_ahead int) returns date[]
language sql stable
return array(
  select ledger.month_from_now(n) from generate_series(0, months_ahead) n
  where to_regclass('ledger.' || ledger.partition_of(ledger.month_from_now(n))) is null
  order by n
);

-- Makes the partitions that are missing, from this month to months_ahead later, and answers what became of each: made;
-- in_default, which cannot be made because transfers of it lie in the default partition already; busy, when somebody
-- held a table for too long, and then nothing is made. Posting goes on meanwhile. The default partition has to be locked
-- against all for a moment, and whoever waits for that lock makes others wait: hence the short patience.
create function ledger.extend_partitions(months_ahead int) returns table (partition text, outcome text)
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' as $$
declare
  missing date[];
  created date[] := '{}';
  blocked date[] := '{}';
  otherwise text := 'made';
  month date;
begin
  if months_ahead is null or months_ahead not between 0 and 24 then
    raise exception 'partitions are made for 0 to 24 months ahead, not for %', months_ahead
      using errcode = 'invalid_parameter_value';
  end if;
  missing := ledger.missing_months(months_ahead);
  if missing = '{}' then
    return;
  end if;
  begin
    -- One at a time, and what the one before made is missing no more. To posting this lock is no hindrance.
    lock table only ledger.transfer in share update exclusive mode;
    missing := ledger.missing_months(months_ahead);
    foreach month in array missing loop
      if ledger.is_in_default(month) then
        blocked := blocked || month;
      else
        perform ledger.guard_transfers(ledger.create_month(month));
        created := created || month;
      end if;
    end loop;
    if created <> '{}' then
      lock table only ledger.transfer_default in access exclusive mode;
    end if;
    foreach month in array created loop
      -- It may have come in before the lock was granted.
      if ledger.is_in_default(month) then
        execute format('drop table ledger.%I', ledger.partition_of(month));
        blocked := blocked || month;
      else
        perform ledger.attach_month(month);
      end if;
    end loop;
  exception when lock_not_available then
    otherwise := 'busy';
  end;
  return query
  select ledger.partition_of(m), case when m = any (blocked) then 'in_default' else otherwise end
  from unnest(missing) with ordinality as m (m, n) order by n;
end $$;

-- Moves what lies in the default partition into partitions of its months, made for the purpose, and answers how much.
-- Balances do not move: rows are put into a table before it is guarded, and no seq is drawn. Everything waits for it.
-- What is of no month within ten years back and two ahead stays. For the owner, while the applications are stopped.
create function ledger.empty_default() returns table (partition text, transfers bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  month date;
  target regclass;
begin
  lock table ledger.transfer in access exclusive mode;
  alter table ledger.transfer detach partition ledger.transfer_default;
  drop trigger numbered on ledger.transfer_default;
  drop trigger apply on ledger.transfer_default;
  drop trigger append_only on ledger.transfer_default;
  foreach month in array array(select ledger.month_from_now(n) from generate_series(-120, 24) n order by n) loop
    continue when not ledger.is_in_default(month);
    target := ledger.create_month(month);
    execute format(
      'with moved as (delete from ledger.transfer_default where id >= %L and id < %L returning *)
       insert into %s select * from moved',
      ledger.lowest_id(month), ledger.lowest_id((month + interval '1 month')::date), target);
    get diagnostics transfers = row_count;
    execute format('analyze %s', target);
    perform ledger.guard_transfers(target);
    perform ledger.attach_month(month);
    partition := ledger.partition_of(month);
    return next;
  end loop;
  if not exists (select from ledger.transfer_default) then
    truncate ledger.transfer_default;
  end if;
  perform ledger.guard_transfers('ledger.transfer_default');
  alter table ledger.transfer attach partition ledger.transfer_default default;
  perform ledger.summarize_positions();
end $$;

select ledger.empty_default();
select ledger.extend_partitions(3);

-- ── reading over many partitions ───────────────────────────────────────────────────────────────────────────────────

-- The newest entries of each account below a position, or of all: walks down (debit, seq) and (credit, seq) of each
-- partition, merged, that stop after so many. A function, because to plan such a walk takes longer than to go it: here
-- it is planned once a session, and as a walk whatever the statistics say.
create function ledger.newest_entries(refs text[], before bigint[], entries int)
returns table (
  place bigint, ref text, balance bigint, seq bigint, id uuid, leg smallint, code smallint, amount bigint,
  posted_at timestamptz, side text, counterpart bigint
)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_nestloop = on set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  return query
  select own.place, own.ref, a.balance, e.*
  from unnest(refs, before) with ordinality as own (ref, before, place)
    join ledger.account a on a.ref = own.ref
    cross join lateral (
      (select t.seq, t.id, t.leg, t.code, t.amount, t.posted_at, 'debit', t.credit
       from ledger.transfer t where t.debit = a.id and t.seq < coalesce(own.before, 9223372036854775807)
       order by t.seq desc limit entries)
      union all
      (select t.seq, t.id, t.leg, t.code, t.amount, t.posted_at, 'credit', t.debit
       from ledger.transfer t where t.credit = a.id and t.seq < coalesce(own.before, 9223372036854775807)
       order by t.seq desc limit entries)
      order by seq desc limit entries
    ) e;
end $$;

-- ── checkpoints ────────────────────────────────────────────────────────────────────────────────────────────────────
-- A checkpoint is the state of every account after all transfers with seq <= upto. That never changes again once upto
-- has settled: once no transaction that drew a seq <= upto is running. Sequence first, fence second: whoever drew a seq
-- <= upto had a transaction id before that, and so one below the fence.

create table ledger.checkpoint (
  upto bigint primary key,
  transfers bigint not null, -- how many lie between the checkpoint before and this one
  taken_at timestamptz not null default now()
);

-- Only the newest state of each account.
create table ledger.checkpoint_balance (
  account bigint primary key,
  upto bigint not null, -- the checkpoint it last changed with
  balance bigint not null,
  version bigint not null
);

-- The position that will be the next checkpoint when it has settled: when every transaction below the fence is over.
create table ledger.checkpoint_note (
  only_one boolean primary key default true constraint only_one check (only_one),
  upto bigint not null,
  fence xid8 not null
);

-- What makes a row a checkpoint, whoever inserts it: its position was noted and has settled, and the legs since the
-- checkpoint before are added to the states. Takes no lock that posting would wait for.
create function ledger.add_legs() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  before constant bigint := coalesce((select max(c.upto) from ledger.checkpoint c), 0);
begin
  delete from ledger.checkpoint_note n
  where n.upto = new.upto and n.upto > before and n.fence <= pg_snapshot_xmin(pg_current_snapshot());
  if not found then
    raise exception 'a checkpoint is of a position that was noted and has settled'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  -- A statement of its own, because what it reads must be newer than the proof that all of it is there.
  with leg as materialized (
    select l.account, l.amount, l.legs from ledger.legs_between(before, new.upto) l
  ), state as (
    insert into ledger.checkpoint_balance as known (account, upto, balance, version)
    select leg.account, new.upto, leg.amount::bigint, leg.legs from leg
    on conflict (account) do update set
      upto = excluded.upto, balance = known.balance + excluded.balance, version = known.version + excluded.version
  )
  select coalesce(sum(leg.legs), 0)::bigint / 2 into new.transfers from leg;
  return new;
end $$;

create trigger legs_are_added before insert on ledger.checkpoint
  for each row execute function ledger.add_legs();

create trigger append_only before update or delete or truncate on ledger.checkpoint
  for each statement execute function ledger.refuse('checkpoints are append-only');

create trigger states_move_by_checkpoints before insert or update on ledger.checkpoint_balance
  for each statement when (pg_trigger_depth() = 0 or current_user <> 'rivulet_ledger')
  execute function ledger.refuse('states of accounts move only by checkpoints');

create trigger states_stay before delete or truncate on ledger.checkpoint_balance
  for each statement execute function ledger.refuse('states of accounts are never removed');

-- Notes the newest position and answers it. Commit, wait, and take_checkpoint().
create function ledger.note_checkpoint() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  drawn bigint;
begin
  -- An id from before would be no fence against whoever began after it and drew before now.
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'a position is noted by a transaction that has done nothing else'
      using errcode = 'active_sql_transaction';
  end if;
  -- A session with numbers in store draws below the sequence's last value long after it was read.
  if (select s.seqcache from pg_sequence s where s.seqrelid = 'ledger.transfer_seq_seq'::regclass) <> 1 then
    raise exception 'no checkpoint while sessions keep a store of ledger.transfer_seq_seq'
      using errcode = 'object_not_in_prerequisite_state', hint = 'alter sequence ledger.transfer_seq_seq cache 1';
  end if;
  select case when s.is_called then s.last_value else s.last_value - 1 end into drawn from ledger.transfer_seq_seq s;
  insert into ledger.checkpoint_note (upto, fence) values (drawn, pg_current_xact_id())
  on conflict (only_one) do update set upto = excluded.upto, fence = excluded.fence;
  return drawn;
end $$;

-- Makes the noted position a checkpoint: taken; unsettled, when somebody who may have drawn below it is still at work;
-- nothing_new, when there is no transfer since the last one or somebody else has just taken it.
create function ledger.take_checkpoint() returns table (outcome text, upto bigint, transfers bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  note record;
begin
  select n.upto, n.fence <= pg_snapshot_xmin(pg_current_snapshot()) as settled into note
  from ledger.checkpoint_note n for update;
  if note.upto is null or note.upto <= coalesce((select max(c.upto) from ledger.checkpoint c), 0) then
    return query select 'nothing_new', (select coalesce(max(c.upto), 0) from ledger.checkpoint c), 0::bigint;
  elsif not note.settled then
    return query select 'unsettled', note.upto, 0::bigint;
  else
    return query insert into ledger.checkpoint as c (upto) values (note.upto) returning 'taken', c.upto, c.transfers;
    perform ledger.summarize_positions();
  end if;
end $$;

-- ── privileges ─────────────────────────────────────────────────────────────────────────────────────────────────────

revoke all on all tables in schema ledger from public;
revoke all on all functions in schema ledger from public;

grant select on ledger.checkpoint, ledger.checkpoint_balance to rivulet_app;
grant execute on function
  ledger.extend_partitions, ledger.legs_between, ledger.newest_entries, ledger.note_checkpoint, ledger.take_checkpoint
  to rivulet_app;

reset role;
