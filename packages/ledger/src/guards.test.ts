import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attempt } from '../test/attempt.ts'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { Story } from '../test/story.ts'
import { PostgresLedger } from './postgres-ledger.ts'

/*
 * Takes each guard of the kernel away, alone, and does what it is there against: now it works. So none of them is an
 * ornament, and a refusal elsewhere in these tests is the refusal of the guard it is meant to be of.
 */

let database: TestDatabase
let owner: ReturnType<TestDatabase['pool']>
let story: Story
let partitions: string[]

beforeAll(async () => {
  database = await testDatabase()
  owner = database.pool('owner')
  story = await Story.of(new PostgresLedger(database.pool('app')), { alice: 100, bob: 0 })
  const { rows } = await owner.query(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'ledger.transfer'::regclass`,
  )
  partitions = rows.map(({ name }) => name)
})
afterAll(() => database.close())

const insert = (values: string, table = 'ledger.transfer') =>
  `insert into ${table} (id, leg, debit, credit, amount, code) values (${values})`
const open = (columns: string, values: string) => `insert into ledger.account (${columns}) values (${values})`
const drop = (table: string, constraint: string) => `alter table ${table} drop constraint ${constraint}`
const KEY = `'0197e000-0000-7000-8000-000000000001'`

/** What an attempt comes to with the guard and without it. `BALANCE` is raised when bob has nothing of the transfer. */
type Guard = { remove: string; tries: string[]; refused: string }
const [REFUSED, CHECK, TWICE] = ['42501', '23514', '23505']

const TRIGGERS: Record<string, Guard> = {
  'balances_move_by_transfers on ledger.account': {
    remove: 'drop trigger balances_move_by_transfers on ledger.account',
    tries: ['update ledger.account set balance = 7 where id = :bob'],
    refused: REFUSED,
  },
  'accounts_stay on ledger.account': {
    remove: 'drop trigger accounts_stay on ledger.account',
    tries: ['delete from ledger.account where id = :bob'],
    refused: REFUSED,
  },
  'accounts_open_at_zero on ledger.account': {
    remove: 'drop trigger accounts_open_at_zero on ledger.account',
    tries: [open('ref, balance', `'mallory', 5`)],
    refused: REFUSED,
  },
  'append_only on ledger.transfer': {
    remove: 'drop trigger append_only on ledger.transfer',
    tries: ['update ledger.transfer set code = 9'],
    refused: REFUSED,
  },
}

const CONSTRAINTS: Record<string, Guard> = {
  balance_not_below_floor: {
    remove: drop('ledger.account', 'balance_not_below_floor'),
    tries: [insert('uuidv7(), 0, :alice, :bob, 101, 1')],
    refused: CHECK,
  },
  only_the_reserve_has_no_floor: {
    remove: drop('ledger.account', 'only_the_reserve_has_no_floor'),
    tries: [open('ref, floor', `'mallory', null`)],
    refused: CHECK,
  },
  account_ref_key: {
    remove: drop('ledger.account', 'account_ref_key'),
    tries: [open('ref', `'mallory'`), open('ref', `'mallory'`)],
    refused: TWICE,
  },
  amount_positive: {
    remove: drop('ledger.transfer', 'amount_positive'),
    tries: [insert('uuidv7(), 0, :bob, :alice, -1, 1')],
    refused: CHECK,
  },
  leg_not_negative: {
    remove: drop('ledger.transfer', 'leg_not_negative'),
    tries: [insert('uuidv7(), -1, :alice, :bob, 1, 1')],
    refused: CHECK,
  },
  sides_differ: {
    remove: drop('ledger.transfer', 'sides_differ'),
    tries: [insert('uuidv7(), 0, :alice, :alice, 1, 1')],
    refused: CHECK,
  },
  transfer_pkey: {
    remove: drop('ledger.transfer', 'transfer_pkey'),
    tries: [insert(`${KEY}, 0, :alice, :bob, 1, 1`), insert(`${KEY}, 0, :alice, :bob, 1, 1`)],
    refused: TWICE,
  },
}

async function expectLoadBearing({ remove, tries, refused }: Guard): Promise<void> {
  expect(await attempt(owner, story, ...tries)).toBe(refused)
  expect(await attempt(owner, story, remove, ...tries)).toBe('done')
}

describe('without the trigger', () => {
  test.each(Object.keys(TRIGGERS))('%s, what it refuses is done', async (name) => {
    await expectLoadBearing(TRIGGERS[name]!)
  })

  test('append_only of a partition, what is aimed at the partition is done', async () => {
    for (const name of partitions)
      await expectLoadBearing({
        remove: `drop trigger append_only on ${name}`,
        tries: [`truncate ${name}`],
        refused: REFUSED,
      })
  })

  test('apply, a transfer moves nothing, and nobody but the auditor notices', async () => {
    const arrived = `do $$ begin
      if (select balance from ledger.account where id = :bob) <> 1 then raise exception 'nothing came'; end if; end $$`
    // Of a month that was never made.
    const home = 'ledger.transfer_default'
    for (const table of ['ledger.transfer', home]) {
      const pay = [insert(`${KEY}, 0, :alice, :bob, 1, 1`, table), arrived]
      expect(await attempt(owner, story, ...pay)).toBe('done')
      expect(await attempt(owner, story, `drop trigger apply on ${table}`, ...pay)).toBe('P0001')
    }
  })
})

describe('without the constraint', () => {
  test.each(Object.keys(CONSTRAINTS))('%s, what it refuses is done', async (name) => {
    await expectLoadBearing(CONSTRAINTS[name]!)
  })
})

describe('without the privilege missing', () => {
  // The application's group, given one thing more than it has.
  const asApp = (grant: string) => `${grant}; set local role rivulet_app`

  test('a transfer can be written past post', async () => {
    const pay = insert('uuidv7(), 0, :alice, :bob, 1, 1')
    expect(await attempt(owner, story, 'set local role rivulet_app', pay)).toBe(REFUSED)
    expect(await attempt(owner, story, asApp('grant insert on ledger.transfer to rivulet_app'), pay)).toBe(
      'done',
    )
  })

  test('accounts can be opened in other columns, but at zero still', async () => {
    const [numbered, rich] = [
      `insert into ledger.account (ref, opened_by) values ('mallory', '3')`,
      open('ref, balance', `'mallory', 5`),
    ]
    const granted = asApp('grant insert on ledger.account to rivulet_app')
    expect(await attempt(owner, story, 'set local role rivulet_app', numbered)).toBe(REFUSED)
    expect(await attempt(owner, story, granted, numbered)).toBe('done')
    expect(await attempt(owner, story, granted, rich)).toBe(REFUSED)
  })

  test('a balance or a transfer can be changed no more than before: the triggers are behind it', async () => {
    const granted = asApp('grant all on all tables in schema ledger to rivulet_app')
    expect(await attempt(owner, story, granted, 'update ledger.account set balance = 7')).toBe(REFUSED)
    expect(await attempt(owner, story, granted, 'delete from ledger.account')).toBe(REFUSED)
    expect(await attempt(owner, story, granted, 'update ledger.transfer set amount = 7')).toBe(REFUSED)
    expect(await attempt(owner, story, granted, 'truncate ledger.transfer')).toBe(REFUSED)
  })
})

test('there is no guard on accounts and transfers that is not tried here', async () => {
  const tables = `('ledger.account'::regclass, 'ledger.transfer'::regclass)`
  const triggers = await owner.query(
    `select tgname || ' on ' || tgrelid::regclass as name from pg_trigger
     where tgrelid in ${tables} and tgfoid in ('ledger.refuse'::regproc, 'ledger.apply'::regproc)`,
  )
  // `numbered` refuses nothing: that a transaction has its id before it draws a seq is tried with the checkpoints.
  const names = [...Object.keys(TRIGGERS), 'apply on ledger.transfer', 'numbered on ledger.transfer']
  expect(triggers.rows.map(({ name }) => name).sort()).toEqual(names.sort())
  const constraints = await owner.query(
    `select conname as name from pg_constraint where conrelid in ${tables} and contype in ('c', 'p', 'u', 'x', 'f')
       and conname <> 'account_pkey'`,
  )
  expect(constraints.rows.map(({ name }) => name).sort()).toEqual(Object.keys(CONSTRAINTS).sort())
  const onPartitions = await owner.query(
    `select count(*)::int as n from pg_trigger t join pg_inherits i on i.inhrelid = t.tgrelid
     where i.inhparent = 'ledger.transfer'::regclass and tgname in ('apply', 'append_only', 'numbered') and tgenabled = 'O'`,
  )
  expect(onPartitions.rows[0].n).toBe(3 * partitions.length)
})
