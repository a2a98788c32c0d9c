import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attempt, withIds } from '../test/attempt.ts'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { Story } from '../test/story.ts'
import { audit } from './auditor.ts'
import { PostgresLedger } from './postgres-ledger.ts'

type Pool = ReturnType<TestDatabase['pool']>
let database: TestDatabase
let owner: Pool
let app: Pool
let story: Story

beforeAll(async () => {
  database = await testDatabase()
  owner = database.pool('owner')
  app = database.pool('app')
  story = await Story.of(new PostgresLedger(app), { alice: 100, bob: 0 })
})
afterAll(() => database.close())

const outcome = (pool: Pool, ...statements: string[]) => attempt(pool, story, ...statements)

const NOT_ALLOWED = '42501'
const CHECK = '23514'
const INSERT = 'insert into ledger.transfer (id, leg, debit, credit, amount, code)'

describe('the application', () => {
  test.each([
    ['set a balance', `update ledger.account set balance = 1000 where id = :alice`],
    ['lower a floor', `update ledger.account set floor = -1000 where id = :alice`],
    ['rename an account', `update ledger.account set ref = 'chain:reserve2' where id = :alice`],
    ['lock accounts from under the kernel', `select from ledger.account for update`],
    ['remove an account', `delete from ledger.account where id = :bob`],
    ['empty the accounts', `truncate ledger.account cascade`],
    ['open an account with money in it', `insert into ledger.account (ref, balance) values ('mallory', 5)`],
    ['open an account with a history', `insert into ledger.account (ref, version) values ('mallory', 5)`],
    ['choose an id', `insert into ledger.account (id, ref) overriding system value values (77, 'mallory')`],
    ['write a transfer', `${INSERT} values (uuidv7(), 0, :alice, :bob, 1, 1)`],
    [
      'write into a partition',
      `insert into ledger.transfer_default (id, leg, debit, credit, amount, code) values (uuidv7(), 0, :alice, :bob, 1, 1)`,
    ],
    [
      'write a transfer unless it is there',
      `${INSERT} values (uuidv7(), 0, :alice, :bob, 1, 1) on conflict do nothing`,
    ],
    ['copy into the transfers', `copy ledger.transfer (id, leg, debit, credit, amount, code) from stdin`],
    [
      'copy into a partition',
      `copy ledger.transfer_default (id, leg, debit, credit, amount, code) from stdin`,
    ],
    [
      'merge into the transfers',
      `merge into ledger.transfer t using (select 1) s on false when not matched then insert (id, leg, debit, credit, amount, code) values (uuidv7(), 0, 1, 2, 1, 1)`,
    ],
    ['edit a transfer', `update ledger.transfer set amount = 1`],
    ['edit a transfer in its partition', `update ledger.transfer_default set amount = 1`],
    ['delete transfers', `delete from ledger.transfer`],
    ['delete transfers in their partition', `delete from ledger.transfer_default`],
    ['truncate the transfers', `truncate ledger.transfer`],
    ['truncate a partition', `truncate ledger.transfer_default`],
    ['detach a partition', `alter table ledger.transfer detach partition ledger.transfer_default`],
    ['disable the triggers', `alter table ledger.transfer disable trigger all`],
    ['disable the guards of balances', `alter table ledger.account disable trigger user`],
    [
      'add a trigger of its own',
      `create trigger mine after insert on ledger.account execute function suppress_redundant_updates_trigger()`,
    ],
    ['drop a trigger', `drop trigger apply on ledger.transfer`],
    ['drop a check', `alter table ledger.account drop constraint balance_not_below_floor`],
    [
      'replace the kernel',
      `create or replace function ledger.apply() returns trigger language plpgsql as 'begin return null; end'`,
    ],
    ['put something into the schema', `create table ledger.mine (id int)`],
    ['skip triggers for its session', `set session_replication_role = replica`],
    ['become the owner', `set role rivulet_ledger`],
    [
      'grant itself more',
      `grant insert on ledger.transfer to rivulet_app; ${INSERT} values (uuidv7(), 0, :alice, :bob, 1, 1)`,
    ],
    ['judge without posting', `select ledger.judge('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`],
    ['take guards off by the helper', `select ledger.guard_transfers('ledger.transfer')`],
    ['move the positions', `select setval('ledger.transfer_seq_seq', 1)`],
  ])('cannot %s', async (_, sql) => {
    expect(await outcome(app, sql)).toBe(NOT_ALLOWED)
  })

  test.each([
    ['without a floor', `insert into ledger.account (ref, floor) values ('mallory', null)`],
    ['with a floor below zero', `insert into ledger.account (ref, floor) values ('mallory', -1)`],
    ['with a floor above its balance', `insert into ledger.account (ref, floor) values ('mallory', 1)`],
    [
      'that is the reserve but has a floor',
      `insert into ledger.account (ref, floor) values ('chain:reserve', 0)`,
    ],
  ])('cannot open an account %s', async (_, sql) => {
    expect(await outcome(app, sql)).toBe(CHECK)
  })

  test('cannot shadow what the kernel uses by tables and functions of its own', async () => {
    expect(
      await outcome(
        app,
        'create temp table account (like ledger.account including defaults)',
        'create temp table transfer (like ledger.transfer including defaults)',
        `set search_path = pg_temp, ledger`,
        `do $$ begin
           if (select result from ledger.post(array[uuidv7()], '{0}', array[:alice], array[:bob], '{101}', '{1}')) <> 'insufficient'
           then raise exception 'the kernel looked at a shadow'; end if;
         end $$`,
      ),
    ).toBe('done')
  })

  test('can do what it is there for: read, open, post', async () => {
    expect(
      await outcome(
        app,
        `select * from ledger.account, ledger.transfer`,
        `insert into ledger.account (ref) values ('carol')`,
        `select * from ledger.open(array['dave', 'carol'])`,
        `do $$ begin
           if (select result from ledger.post(array[uuidv7()], '{0}', array[:alice], array[:bob], '{100}', '{1}')) <> 'ok'
           then raise exception 'alice could not pay'; end if;
         end $$`,
      ),
    ).toBe('done')
  })
})

describe('the owner of the cluster, who may write the tables', () => {
  const control = `${INSERT} values (uuidv7(), 0, :alice, :bob, 100, 1)`

  test('can insert a transfer, and the balances move', async () => {
    const moved = `do $$ begin
      if (select balance from ledger.account where id = :bob) <> 100 then raise exception 'nothing moved'; end if; end $$`
    expect(await outcome(owner, control, moved)).toBe('done')
    // The default partition takes what has no month of its own.
    const elsewhere = control.replace('ledger.transfer', 'ledger.transfer_default')
    const id = `'0197c000-0000-7000-8000-000000000002'`
    expect(await outcome(owner, elsewhere.replace('uuidv7()', id), moved)).toBe('done')
  })

  test.each([
    ['set a balance', `update ledger.account set balance = 1000`],
    ['set a floor', `update ledger.account set floor = 0`],
    ['remove an account', `delete from ledger.account`],
    ['truncate the accounts', `truncate ledger.account`],
    ['open an account with money', `insert into ledger.account (ref, balance) values ('mallory', 5)`],
    ['edit a transfer', `update ledger.transfer set amount = 1`],
    ['delete one in its partition', `delete from ledger.transfer_default`],
    ['truncate a partition', `truncate ledger.transfer_default`],
  ])('is still kept from: %s', async (_, sql) => {
    expect(await outcome(owner, sql)).toBe(NOT_ALLOWED)
  })

  test('cannot move a balance from a trigger of another table', async () => {
    expect(
      await outcome(
        owner,
        'create table public.bait (id int)',
        `create function public.bite() returns trigger language plpgsql as
           'begin update ledger.account set balance = balance + 1; return null; end'`,
        'create trigger bite after insert on public.bait execute function public.bite()',
        'insert into public.bait values (1)',
      ),
    ).toBe(NOT_ALLOWED)
  })

  test('cannot move a balance as the owner of the schema either', async () => {
    expect(
      await outcome(owner, 'set local role rivulet_ledger', 'update ledger.account set balance = 7'),
    ).toBe(NOT_ALLOWED)
  })

  test('cannot overdraw, pay nothing, pay oneself, pay from nowhere, or use an id twice', async () => {
    const pay = (values: string) => `${INSERT} values (${values})`
    expect(await outcome(owner, pay('uuidv7(), 0, :alice, :bob, 101, 1'))).toBe(CHECK)
    expect(await outcome(owner, pay('uuidv7(), 0, :alice, :bob, 0, 1'))).toBe(CHECK)
    expect(await outcome(owner, pay('uuidv7(), 0, :alice, :alice, 1, 1'))).toBe(CHECK)
    expect(await outcome(owner, pay('uuidv7(), -1, :alice, :bob, 1, 1'))).toBe(CHECK)
    expect(await outcome(owner, pay('uuidv7(), 0, :alice, 987654, 1, 1'))).toBe('23503')
    const id = `'0197c000-0000-7000-8000-000000000001'`
    expect(
      await outcome(owner, pay(`${id}, 0, :alice, :bob, 1, 1`), pay(`${id}, 0, :alice, :bob, 1, 1`)),
    ).toBe('23505')
  })
})

describe('post as a function', () => {
  test.each([
    ['columns of different length', `select ledger.post('{}', '{0}', '{1}', '{2}', '{1}', '{1}')`, '22023'],
    ['a null', `select ledger.post(array[uuidv7()], '{0}', '{1}', '{2}', '{null}', '{1}')`, '22004'],
    [
      'columns that do not begin at one',
      `select ledger.post(array[uuidv7()], '[0:0]={0}', '{1}', '{2}', '{1}', '{1}')`,
      '22023',
    ],
    [
      'tables for columns',
      `select ledger.post(array[array[uuidv7()]], '{{0}}', '{{1}}', '{{2}}', '{{1}}', '{{1}}')`,
      '22023',
    ],
    ['a missing column', `select ledger.post(null, '{0}', '{1}', '{2}', '{1}', '{1}')`, '22023'],
  ])('refuses %s', async (_, sql, code) => {
    expect(await outcome(app, sql)).toBe(code)
  })

  test('looks accounts and transfers up by index, also when its plans were made while there were few', async () => {
    const ids = await owner.query(withIds(story, 'select :alice as alice, :bob as bob'))
    const { alice, bob } = ids.rows[0]
    const post = (round: number) => `select array_agg(distinct result) as results from ledger.post(
        (select array_agg(lpad(n::text, 32, '0')::uuid) from generate_series(1, 40) n),
        array_fill(${round}::smallint, '{40}'),
        array_fill(${alice}::bigint, '{40}'), array_fill(${bob}::bigint, '{40}'),
        array_fill(1::bigint, '{40}'), array_fill(1::smallint, '{40}'))`
    await owner.query('vacuum analyze ledger.account')
    // A session of its own: the counters still hold what a session read before.
    const client = await database.pool('app').connect()
    await client.query('begin')
    expect((await client.query(post(1))).rows[0].results).toEqual(['ok'])
    await owner.query(
      `insert into ledger.account (ref) select 'crowd:' || n from generate_series(1, 20000) n`,
    )
    expect((await client.query(post(2))).rows[0].results).toEqual(['ok'])
    expect((await client.query(post(2))).rows[0].results).toEqual(['exists'])
    const { rows } = await client.query(
      `select relname, seq_scan::int, idx_tup_fetch between 1 and 100 as few from pg_stat_xact_user_tables
       where relname in ('account', 'transfer_default') order by relname`,
    )
    await client.query('rollback')
    client.release()
    // No sequential scan, and no walk through a whole index either.
    expect(rows).toEqual([
      { relname: 'account', seq_scan: 0, few: true },
      { relname: 'transfer_default', seq_scan: 0, few: true },
    ])
  })
})

test('after all of it the book is right', async () => {
  expect(await audit(owner)).toMatchObject({ ok: true, violations: [] })
})
