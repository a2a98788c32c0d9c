import type { Script } from '../harness/pump.ts'

/**
 * What ours is held against: the plain table that bounds every design, and the book as it is usually written. No
 * needless index, constraint or trigger in either. Balances have the same free room in their pages as ours.
 */
export const BASELINES = `
  create schema plain;
  create table plain.transfer (
    seq bigint generated always as identity,
    id uuid not null,
    debit bigint not null,
    credit bigint not null,
    amount bigint not null,
    posted_at timestamptz not null default now(),
    leg smallint not null,
    code smallint not null,
    primary key (id, leg)
  );

  create schema naive;
  create table naive.account (
    id bigint primary key,
    balance bigint not null check (balance >= 0)
  ) with (fillfactor = 50);
  create table naive.transfer (
    id uuid primary key,
    debit bigint not null,
    credit bigint not null,
    amount bigint not null,
    posted_at timestamptz not null default now()
  );
  create function naive.pay(_id uuid, _debit bigint, _credit bigint, _amount bigint) returns void
  language plpgsql as $$
  begin
    perform from naive.account where id in (_debit, _credit) order by id for update;
    update naive.account set balance = balance - _amount where id = _debit and balance >= _amount;
    if not found then raise exception 'insufficient'; end if;
    update naive.account set balance = balance + _amount where id = _credit;
    insert into naive.transfer (id, debit, credit, amount) values (_id, _debit, _credit, _amount);
  end $$;

  grant usage on schema plain, naive to rivulet_app;
  grant select, insert, update on all tables in schema plain, naive to rivulet_app;`

/** A batch as one statement: what no ledger on this server can beat. */
export const PLAIN_BATCH = `
  insert into plain.transfer (id, leg, debit, credit, amount, code)
  select * from unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[])`

type Accounts = Pick<Script, 'payers' | 'payees' | 'amount'>

/** One row, one commit. */
export const plainScript = (accounts: Accounts): Script => ({
  ...accounts,
  statements: [
    {
      sql: 'insert into plain.transfer (id, leg, debit, credit, amount, code) values ($1, 0, $2, $3, $4, 1)',
      parameters: ['id', 'debit', 'credit', 'amount'],
    },
  ],
})

/** The locked transaction, statement by statement. The locks are taken in order of id, so that none deadlocks. */
export const naiveScript = (accounts: Accounts): Script => ({
  ...accounts,
  statements: [
    { sql: 'begin', parameters: [] },
    {
      sql: 'select id, balance from naive.account where id in ($1, $2) order by id for update',
      parameters: ['debit', 'credit'],
      readsBalances: true,
    },
    {
      sql: 'update naive.account set balance = balance - $1 where id = $2',
      parameters: ['amount', 'debit'],
    },
    {
      sql: 'update naive.account set balance = balance + $1 where id = $2',
      parameters: ['amount', 'credit'],
    },
    {
      sql: 'insert into naive.transfer (id, debit, credit, amount) values ($1, $2, $3, $4)',
      parameters: ['id', 'debit', 'credit', 'amount'],
    },
    { sql: 'commit', parameters: [] },
  ],
})

/** The same as one call. */
export const oneCallScript = (accounts: Accounts): Script => ({
  ...accounts,
  statements: [{ sql: 'select naive.pay($1, $2, $3, $4)', parameters: ['id', 'debit', 'credit', 'amount'] }],
})
