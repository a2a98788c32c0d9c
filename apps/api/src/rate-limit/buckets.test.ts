import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Buckets } from './buckets.ts'
import { addressKey, isLoopback } from './client-address.ts'
import { gcra } from './gcra.ts'

test('every key has a bucket of its own', () => {
  const buckets = new Buckets({ burst: 2, perSecond: 1 }, () => 0)
  expect([1, 2, 3].map(() => buckets.take('alice').allowed)).toEqual([true, true, false])
  expect(buckets.take('bob').allowed).toBe(true)
})

test('what was taken elsewhere is gone here too, and more than there was is owed', () => {
  let clock = 0
  const limit = { burst: 10, perSecond: 1 }
  const here = new Buckets(limit, () => clock)
  const elsewhere = new Buckets(limit, () => clock)
  const taken: string[] = []
  elsewhere.onTaken = (key) => taken.push(key)
  for (let i = 0; i < 12; i++) elsewhere.take('alice')
  // Two were refused there: nobody is charged for those.
  expect(taken).toHaveLength(10)
  for (let i = 0; i < 4; i++) here.take('alice')
  here.charge('alice', taken.length)
  expect(here.take('alice')).toMatchObject({ allowed: false, remaining: 0, retryInMs: 5_000 })
  clock = 4_999
  expect(here.take('alice').allowed).toBe(false)
  clock = 5_000
  expect(here.take('alice').allowed).toBe(true)
  expect(here.take('bob').remaining).toBe(9)
})

test('a flood of new keys takes no more room, and frees nobody who owes more', () => {
  const buckets = new Buckets({ burst: 2, perSecond: 0.001 }, () => 0, 100)
  for (const id of ['alice', 'bob']) expect([1, 2].map(() => buckets.take(id).allowed)).toEqual([true, true])
  for (let i = 0; i < 10_000; i++) buckets.take(`stranger ${i}`)
  for (const id of ['alice', 'bob']) expect(buckets.take(id).allowed).toBe(false)
  expect(buckets.size).toBeLessThanOrEqual(128)
})

test('who comes once is forgotten when their bucket is full again, and not before', () => {
  let clock = 0
  const buckets = new Buckets({ burst: 10, perSecond: 0.5 }, () => clock)
  buckets.charge('alice', 20)
  for (clock = 0; clock <= 22_000; clock += 100) {
    buckets.take(`stranger ${clock}`)
    // 20 taken of 10 that come back every 2 seconds: the first is there again after 22.
    if (clock % 1_000 === 0) expect(buckets.take('alice').allowed).toBe(clock >= 22_000)
  }
  for (; clock < 300_000; clock += 100) buckets.take(`stranger ${clock}`)
  // 10 strangers a second, each for the 2 seconds until theirs is full.
  expect(buckets.size).toBeLessThanOrEqual(21)
  expect(buckets.take('alice').remaining).toBe(9)
})

test('bob towards carol is another than bob, and than bobc towards arol', () => {
  const buckets = new Buckets({ burst: 1, perSecond: 1 }, () => 0)
  const both = () => [buckets.take('bob', 'carol'), buckets.take('bobc', 'arol'), buckets.take('bob')]
  expect(both().map((one) => one.allowed)).toEqual([true, true, true])
  expect(both().map((one) => one.allowed)).toEqual([false, false, false])
})

test('each of a thousand keys fares as if it had a table of its own', () => {
  const limit = { burst: 3, perSecond: 1 }
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(999), fc.nat(40)), { maxLength: 2_000 }), (requests) => {
      let clock = 0
      const buckets = new Buckets(limit, () => clock)
      const apart = new Map<number, number>()
      for (const [key, gap] of requests) {
        clock += gap
        const expected = gcra(limit, apart.get(key), clock)
        apart.set(key, expected.tat)
        expect(buckets.take(`member ${key}`)).toEqual(expected)
      }
    }),
    { numRuns: 30 },
  )
})

test('an IPv6 customer is limited by the /64, an IPv4 one by the address', () => {
  expect(addressKey('203.0.113.7')).toBe('203.0.113.7')
  expect(addressKey('::ffff:203.0.113.7')).toBe('203.0.113.7')
  expect(addressKey('2001:db8:1:2:aaaa::1')).toBe(addressKey('2001:0DB8:0001:0002:bbbb:cccc:dddd:eeee'))
  expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'))
  expect(addressKey('fe80::1%eth0')).toBe(addressKey('fe80::2'))
  expect(addressKey('::1')).toBe(addressKey('0:0:0:0:1::'))
  expect(addressKey('no address')).toBe('unknown')
})

test('loopback', () => {
  for (const ip of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) expect(isLoopback(ip)).toBe(true)
  for (const ip of ['128.0.0.1', '10.0.0.1', '::2', '127.0.0.1.evil.test', 'localhost'])
    expect(isLoopback(ip)).toBe(false)
})
