import { describe, expect, test } from 'vitest'
import { nameOfCommit, Transactions, writesOf } from './label.ts'
import { Splitter, Units } from './messages.ts'

const unit = (sql: string, bound = '') => ({ bytes: Buffer.alloc(0), sql, bound })

/** A message of the protocol: type, length, text. */
const message = (type: string, ...texts: string[]) => {
  const body = Buffer.from(texts.map((text) => `${text}\0`).join(''))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), head, body])
}

describe('what a statement writes', () => {
  test.each([
    ['select * from withdrawals where id = $1 for no key update', []],
    ['select from x for update skip locked', []],
    [`update chain_transactions set status = 'mined' where id = $1`, ['update chain_transactions mined']],
    ['insert into a (b) values (1) on conflict do update set c = 1', ['insert a']],
    [
      'with x as (delete from seen_deposits) insert into chain_events values ($1)',
      ['delete seen_deposits', 'insert chain_events deposit'],
    ],
    ['select ledger.post($1)', ['ledger.post']],
  ])('%s', (sql, writes) => {
    expect(writesOf(unit(sql, '{deposit}'))).toEqual(writes)
  })
})

test('a commit is named by what it keeps; one that keeps nothing has no name', () => {
  const connection = new Transactions()
  const run = (sql: string) => connection.take(unit(sql))
  expect(run('select 1')).toBeUndefined()
  expect(run('insert into halts values (1)')).toBe('commit of insert halts')
  expect(run('BEGIN')).toBeUndefined()
  expect(run('update chain_cursor set a = 1')).toBeUndefined()
  expect(run('insert into notifications values (1)')).toBeUndefined()
  expect(run('insert into chain_blocks values (1)')).toBeUndefined()
  expect(run('COMMIT')).toBe('commit of update chain_cursor, insert chain_blocks')
  expect(run('BEGIN')).toBeUndefined()
  expect(run('update epochs set a = 1')).toBeUndefined()
  expect(run('ROLLBACK')).toBeUndefined()
  expect(run('COMMIT')).toBeUndefined()
})

test('a commit with many things in it is known by the one that tells it', () => {
  expect(nameOfCommit(['ledger.post', 'update withdrawals settling', 'insert epochs', 'update epochs'])).toBe(
    'commit of insert epochs',
  )
  expect(nameOfCommit(['insert chain_events deposit', 'insert chain_events batch', 'update epochs'])).toBe(
    'commit of insert chain_events batch',
  )
  expect(nameOfCommit(['ledger.post'])).toBe('commit of ledger.post')
  expect(nameOfCommit([])).toBeUndefined()
})

test('bytes are cut into messages however they arrive, and gathered into units', () => {
  const start = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from([0, 3, 0, 0])])
  const parse = message('P', 'named', 'insert into halts values ($1)')
  const bind = message('B', '', 'named', 'value')
  const stream = Buffer.concat([start, parse, bind, message('S'), bind, message('S'), message('Q', 'commit')])
  const [splitter, units] = [new Splitter('client'), new Units()]
  const taken = [...stream].flatMap((byte) =>
    splitter.take(Buffer.from([byte])).flatMap((one) => units.take(one) ?? []),
  )
  expect(taken[0]).toEqual(start)
  expect(taken.slice(1).map((one) => (one as { sql: string }).sql)).toEqual([
    'insert into halts values ($1); insert into halts values ($1)',
    'insert into halts values ($1)',
    'commit',
  ])
})
