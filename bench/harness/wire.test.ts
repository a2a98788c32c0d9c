import { expect, test } from 'vitest'
import { Answer, Call, integersOf } from './wire.ts'

/** What PostgreSQL 18 answers to bind, execute, sync of a statement that finds (7, 250). */
const row = Buffer.concat([
  Buffer.from([0x32, 0, 0, 0, 4]), // bind complete
  Buffer.from([
    0x44, 0, 0, 0, 30, 0, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 250,
  ]),
  Buffer.from([0x43, 0, 0, 0, 13]),
  Buffer.from('SELECT 1\0'),
  Buffer.from([0x5a, 0, 0, 0, 5, 0x49]), // ready
])

test('an answer is complete when the server is ready, wherever the network cut it', () => {
  for (let cut = 1; cut < row.length; cut++) {
    const answer = new Answer()
    expect(answer.read(row.subarray(0, cut))).toBe(false)
    expect(answer.read(row.subarray(cut))).toBe(true)
    expect(answer.rows.map(integersOf)).toEqual([[7, 250]])
  }
})

test('a complaint is thrown, in the server’s words', () => {
  const fields = Buffer.from('SERROR\0C23505\0Mduplicate key\0\0')
  const head = Buffer.from([0x45, 0, 0, 0, 4 + fields.length])
  expect(() => new Answer().read(Buffer.concat([head, fields]))).toThrow('duplicate key')
})

test('a call carries what it was filled with, and nothing of the time before', () => {
  const call = new Call('pay', ['id', 'amount'])
  const id = Buffer.alloc(16, 0xab)
  call.fill({ id: Buffer.alloc(16, 0xff), debit: 1, credit: 2, amount: 2 ** 40 })
  const sent = call.fill({ id, debit: 1, credit: 2, amount: 2 ** 32 + 5 }).toString('hex')
  expect(sent).toContain(`00000010${'ab'.repeat(16)}000000080000000100000005`)
  expect(sent).not.toContain('ffff')
  expect(sent.endsWith('5300000004')).toBe(true)
})
