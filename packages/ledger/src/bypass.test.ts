import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attempt, withIds } from '../test/attempt.ts'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { Story } from '../test/story.ts'
import { audit, type BrokenLaw } from './auditor.ts'
import { PostgresLedger } from './postgres-ledger.ts'

/*
 * Ways around the kernel beyond the plain ones of kernel.test.ts: each is refused by the database, or, where somebody
 * owns the whole of it, found by the auditor. Beside a refusal stands what shows that it is the guard that refuses.
 */

type Pool = ReturnType<TestDatabase['pool']>
let database: TestDatabase
let owner: Pool
let app: Pool
let story: Story
/** Every partition of the transfers, whatever they are called. */
let partitions: string[]

beforeAll(async () => {
  database = await testDatabase()
  owner = database.pool('owner')
  app = database.pool('app')
  story = await Story.of(new PostgresLedger(app), { alice: 100, bob: 0 })
  const { rows } = await owner.query(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'ledger.transfer'::regclass`,
  )
  partitions = rows.map(({ name }) => name)
})
afterAll(() => database.close())

const COLUMNS = '(id, leg, debit, credit, amount, code)'
const ROW = 'values (uuidv7(), 0, :alice, :bob, 1, 1)'
const [NOT_ALLOWED, CHECK] = ['42501', '23514']
const moved = (nano: number) => `do $$ begin
  if (select balance from ledger.account where id = :bob) <> ${nano} then
    raise exception 'bob has something else'; end if; end $$`

describe('the application', () => {
  test.each([
    [
      'have a balance set where the account is there already',
      `insert into ledger.account (ref) values ('mallory') on conflict (ref) do update set balance = 1000`,
    ],
    [
      'merge into the accounts',
      `merge into ledger.account a using (select 1) s on a.id = :alice when matched then update set balance = 1000`,
    ],
    ['copy accounts with money in', 'copy ledger.account (ref, balance) from stdin'],
    ['copy the transfers to a program', `copy ledger.transfer to program 'cat'`],
    ['copy transfers from a program', `copy ledger.transfer ${COLUMNS} from program 'cat'`],
    [
      'write through a view of its own',
      `create temp view mine as select * from ledger.account; update mine set balance = 1000`,
    ],
    [
      'have a trigger of its own write',
      `create temp table bait (id int);
       create function pg_temp.bite() returns trigger language plpgsql as
         'begin update ledger.account set balance = balance + 1; return null; end';
       create trigger bite after insert on bait execute function pg_temp.bite(); insert into bait values (1)`,
    ],
    [
      'feed the kernel’s own trigger with rows that are no transfers',
      `create temp table fresh_money (debit bigint, credit bigint, amount bigint);
       create trigger apply after insert on fresh_money referencing new table as fresh
         for each statement execute function ledger.apply()`,
    ],
    ['call the kernel’s trigger', 'select ledger.apply()'],
    ['call the guard', 'select ledger.refuse()'],
    [
      'have a rule of its own write',
      `create rule mine as on insert to ledger.account do also update ledger.account set balance = 5`,
    ],
    ['have a view where a table was', 'create view ledger.account2 as select * from ledger.account'],
    ['put a child under the accounts', 'create temp table child () inherits (ledger.account)'],
    [
      'put a table among the partitions',
      'alter table ledger.transfer attach partition ledger.account default',
    ],
    ['hide rows by a policy', 'create policy mine on ledger.account using (false)'],
    ['have rows hidden', 'alter table ledger.account enable row level security'],
    ['own the accounts', 'alter table ledger.account owner to current_user'],
    ['have the kernel run as whoever calls', 'alter function ledger.open security invoker'],
    ['have the kernel look elsewhere', 'alter function ledger.open set search_path = pg_temp'],
    ['drop the book', 'drop schema ledger cascade'],
    ['drop the way to post', 'drop function ledger.open'],
    ['make a schema of its own', 'create schema mine'],
    [
      'make a function for all to see',
      `create function public.mine() returns int language sql as 'select 1'`,
    ],
    ['lock the book', 'lock table ledger.account in exclusive mode'],
    ['sign in as somebody else', 'set session authorization postgres'],
    ['become the superuser', 'set role postgres'],
    ['raise itself', 'alter role current_user superuser'],
    ['join the owners', 'grant rivulet_ledger to current_user'],
    ['write the catalogue', `update pg_catalog.pg_trigger set tgenabled = 'D'`],
    ['be allowed to write the catalogue', 'set allow_system_table_mods = on'],
    [
      'change the settings of its next session',
      `alter role current_user set session_replication_role = 'replica'`,
    ],
    ['read the disk', `select pg_read_file('postgresql.conf')`],
  ])('cannot %s', async (_, sql) => {
    expect(await attempt(app, story, sql)).toBe(NOT_ALLOWED)
  })

  test('cannot touch any partition, whatever its name', async () => {
    expect(partitions.length).toBeGreaterThan(0)
    for (const name of partitions)
      for (const sql of [
        `insert into ${name} ${COLUMNS} ${ROW}`,
        `insert into ${name} ${COLUMNS} ${ROW} on conflict (id, leg) do update set amount = 5`,
        `copy ${name} ${COLUMNS} from stdin`,
        `merge into ${name} t using (select 1) s on true when matched then delete`,
        `update ${name} set amount = 1`,
        `delete from ${name}`,
        `truncate ${name}`,
        `alter table ${name} disable trigger all`,
        `drop table ${name}`,
      ])
        expect(await attempt(app, story, sql), sql).toBe(NOT_ALLOWED)
  })

  test('cannot change the settings of the server', async () => {
    const change = app.query(`alter system set session_replication_role = 'replica'`)
    await expect(change).rejects.toMatchObject({ code: NOT_ALLOWED })
  })

  test('cannot leave a transaction behind that holds the locks', async () => {
    expect(await attempt(app, story, `prepare transaction 'mine'`)).toBe('55000')
  })

  test('cannot post where nothing may be written', async () => {
    const post = `select * from ledger.post(array[uuidv7()], '{0}', array[:alice], array[:bob], '{1}', '{1}')`
    expect(await attempt(app, story, 'set transaction read only', post)).toBe('25006')
  })

  test('can copy names of accounts in: the driver, and no guard, ends that', async () => {
    expect(await attempt(app, story, 'copy ledger.account (ref) from stdin')).toBe('57014')
  })

  test('is posted for and rolled back as one, to a savepoint too', async () => {
    const post = `select * from ledger.post(array[uuidv7()], '{0}', array[:alice], array[:bob], '{60}', '{1}')`
    const steps = ['savepoint before', post, moved(60), 'rollback to before', moved(0), post, moved(60)]
    expect(await attempt(app, story, ...steps)).toBe('done')
  })

  test('cannot have the kernel read types, operators and functions of its own', async () => {
    expect(
      await attempt(
        app,
        story,
        `create domain pg_temp.bigint as pg_catalog.int4`,
        `create function pg_temp.sum(pg_catalog.int8) returns pg_catalog.int8 language sql as 'select 0::pg_catalog.int8'`,
        `set search_path = pg_temp, pg_catalog`,
        `do $$ begin
           if (select result from ledger.post(array[uuidv7()], '{0}', array[:alice], array[:bob], '{101}', '{1}')) <> 'insufficient'
           then raise exception 'the kernel looked at a shadow'; end if;
         end $$`,
      ),
    ).toBe('done')
  })
})

describe('the owner of the cluster', () => {
  const copied = (table: string, amount: number, ids: Record<string, string>) =>
    `copy ${table} ${COLUMNS} from program
       'echo "0197d000-0000-7000-8000-000000000001,0,${ids.alice},${ids.bob},${amount},1"' with (format csv)`
  const idsOf = async () => (await owner.query(withIds(story, 'select :alice as alice, :bob as bob'))).rows[0]

  test('moves balances also by COPY, into the table and into any partition, and cannot overdraw by it', async () => {
    const ids = await idsOf()
    expect(await attempt(owner, story, copied('ledger.transfer', 30, ids), moved(30))).toBe('done')
    expect(await attempt(owner, story, copied('ledger.transfer', 101, ids))).toBe(CHECK)
    const home = await owner.query(`select tableoid::regclass::text as name from ledger.transfer limit 1`)
    expect(partitions).toContain(home.rows[0].name)
  })

  test('moves balances also by MERGE, and a row that is there already moves nothing', async () => {
    const merge = `merge into ledger.transfer t using (select 1) s on false
      when not matched then insert ${COLUMNS} ${ROW}`
    expect(await attempt(owner, story, merge, moved(1))).toBe('done')
    const row = `insert into ledger.transfer ${COLUMNS} values ('0197d000-0000-7000-8000-000000000002', 0, :alice, :bob, 7, 1)`
    expect(await attempt(owner, story, row, moved(7), `${row} on conflict do nothing`, moved(7))).toBe('done')
  })

  test.each([
    [
      'copy an account with money in',
      `copy ledger.account (ref, balance) from program 'echo "mallory,5"' csv`,
    ],
    [
      'set a balance where the account is there already',
      `insert into ledger.account (ref) select ref from ledger.account where id = :bob on conflict (ref) do update set balance = 5`,
    ],
    [
      'merge into a balance',
      'merge into ledger.account a using (select 1) s on a.id = :bob when matched then update set balance = 5',
    ],
    [
      'merge an account away',
      'merge into ledger.account a using (select 1) s on a.id = :bob when matched then delete',
    ],
    [
      'edit a transfer where it is there already',
      `insert into ledger.transfer ${COLUMNS} ${ROW} on conflict (id, leg) do update set amount = 5`,
    ],
    [
      'merge a transfer into another',
      'merge into ledger.transfer t using (select 1) s on t.credit = :alice when matched then update set amount = 5',
    ],
    [
      'merge a transfer away',
      'merge into ledger.transfer t using (select 1) s on t.credit = :alice when matched then delete',
    ],
    [
      'write a balance through a view',
      'create view public.mine as select * from ledger.account; update public.mine set balance = 5',
    ],
    [
      'have a rule write a balance',
      `create rule mine as on insert to ledger.account do also update ledger.account set balance = 5;
       insert into ledger.account (ref) values ('mallory')`,
    ],
  ])('is still kept from: %s', async (_, sql) => {
    expect(await attempt(owner, story, sql)).toBe(NOT_ALLOWED)
  })

  test('is kept from editing any partition', async () => {
    for (const name of partitions)
      for (const sql of [
        `insert into ${name} ${COLUMNS} ${ROW} on conflict (id, leg) do update set amount = 5`,
        `update ${name} set amount = 1`,
        `delete from ${name}`,
        `truncate ${name}`,
      ])
        expect(await attempt(owner, story, sql), sql).toBe(NOT_ALLOWED)
  })
})

describe('what only an owner can do, the auditor finds', () => {
  /** The laws that the auditor sees broken after some statements, which are rolled back. */
  async function broken(...statements: string[]): Promise<BrokenLaw[]> {
    const client = await owner.connect()
    try {
      await client.query('begin')
      for (const sql of statements) await client.query(withIds(story, sql))
      return [...new Set((await audit(client)).violations.map(({ law }) => law))]
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
  const INSERT = `insert into ledger.transfer ${COLUMNS} ${ROW}`

  test('nothing is found where nothing was done, and nothing where a transfer went through the guards', async () => {
    expect(await broken()).toEqual([])
    expect(await broken(INSERT)).toEqual([])
  })

  test.each<[string, string[], BrokenLaw[]]>([
    [
      'a transfer written with triggers skipped for the session',
      ['set local session_replication_role = replica', INSERT],
      ['balance_differs', 'version_differs'],
    ],
    [
      'a transfer written with the trigger disabled',
      ['alter table ledger.transfer disable trigger apply', INSERT],
      ['balance_differs', 'version_differs'],
    ],
    [
      'a balance set with the guard disabled',
      [
        'alter table ledger.account disable trigger balances_move_by_transfers',
        'update ledger.account set balance = balance + 1 where id = :bob',
      ],
      ['balance_differs', 'sum_not_zero'],
    ],
    [
      'an account removed with the guard disabled',
      [
        'alter table ledger.account disable trigger accounts_stay',
        'delete from ledger.account where id = :alice',
      ],
      ['sum_not_zero', 'unknown_account'],
    ],
    [
      'an account opened with money and the guard disabled',
      [
        'alter table ledger.account disable trigger accounts_open_at_zero',
        `insert into ledger.account (ref, balance) values ('mallory', 5)`,
      ],
      ['balance_differs', 'sum_not_zero'],
    ],
    [
      'the kernel’s trigger fed with rows that are no transfers',
      [
        'create temp table fresh_money (debit bigint, credit bigint, amount bigint)',
        `create trigger apply after insert on fresh_money referencing new table as fresh
           for each statement execute function ledger.apply()`,
        'insert into fresh_money values (:alice, :bob, 50)',
      ],
      ['balance_differs', 'version_differs'],
    ],
    [
      'a trigger on the accounts, run as the owner of the schema, that fools the guard',
      [
        `create function public.bite() returns trigger language plpgsql security definer as
           'begin update ledger.account set balance = balance + 1 where ref = new.ref; return null; end'`,
        'alter function public.bite() owner to rivulet_ledger',
        'create trigger bite after insert on ledger.account for each row execute function public.bite()',
        `insert into ledger.account (ref) values ('mallory')`,
      ],
      ['balance_differs', 'sum_not_zero'],
    ],
  ])('%s', async (_, statements, laws) => {
    expect(await broken(...statements)).toEqual(laws)
  })

  test('transfers taken out with their partition', async () => {
    const home = await owner.query(`select tableoid::regclass::text as name from ledger.transfer limit 1`)
    expect(await broken(`alter table ledger.transfer detach partition ${home.rows[0].name}`)).toEqual([
      'balance_differs',
      'version_differs',
    ])
  })
})

test('after all of it the book is right', async () => {
  expect(await audit(owner)).toMatchObject({ ok: true, violations: [] })
  expect(await story.balances()).toEqual({ alice: 100n, bob: 0n })
})
