import { amountOf } from '@rivulet/ledger'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exceedsCap, grantsAreOff } from './rules.ts'

const nano = (value: number) => amountOf(BigInt(value))
const caps = (amount: number, perMember: number, perDay: number, total: number) => ({
  grants: { amount: nano(amount), perMember: nano(perMember), perDay: nano(perDay), total: nano(total) },
})

test('off while any of the four values is 0', () => {
  expect(grantsAreOff(caps(1, 1, 1, 1))).toBe(false)
  for (const off of [caps(0, 1, 1, 1), caps(1, 0, 1, 1), caps(1, 1, 0, 1), caps(1, 1, 1, 0)])
    expect(grantsAreOff(off)).toBe(true)
})

test.each([
  ['the last of her day', { memberToday: 5n, today: 5n, ever: 5n }, false],
  ['one more than her day', { memberToday: 6n, today: 6n, ever: 6n }, true],
  ["the last of all's day", { memberToday: 0n, today: 15n, ever: 15n }, false],
  ["one more than all's day", { memberToday: 0n, today: 16n, ever: 16n }, true],
  ['the last there will be', { memberToday: 0n, today: 0n, ever: 95n }, false],
  ['one more than that', { memberToday: 0n, today: 0n, ever: 96n }, true],
])('alice asks for 5 of 10, 20 and 100: %s', (_what, granted, refused) => {
  expect(exceedsCap(granted, caps(5, 10, 20, 100))).toBe(refused)
})

test('property: whoever asks in whatever order, over days, no cap is ever exceeded', () => {
  const amounts = fc.tuple(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 1, max: 300 }),
  )
  const asks = fc.array(fc.record({ member: fc.nat(4), nextDay: fc.boolean() }), { maxLength: 120 })
  fc.assert(
    fc.property(amounts, asks, ([amount, perMember, perDay, total], wishes) => {
      const rules = caps(amount, perMember, perDay, total)
      const given: { day: number; member: number }[] = []
      let day = 0
      for (const { member, nextDay } of wishes) {
        if (nextDay) day++
        const today = given.filter((grant) => grant.day === day)
        const granted = {
          memberToday: BigInt(today.filter((grant) => grant.member === member).length * amount),
          today: BigInt(today.length * amount),
          ever: BigInt(given.length * amount),
        }
        if (!exceedsCap(granted, rules)) given.push({ day, member })
      }
      const most = (cap: number, counts: number[]) => counts.every((count) => count * amount <= cap)
      const by = (key: (grant: (typeof given)[number]) => string) =>
        [...Map.groupBy(given, key).values()].map((grants) => grants.length)
      return (
        most(total, [given.length]) &&
        most(
          perDay,
          by((grant) => String(grant.day)),
        ) &&
        most(
          perMember,
          by((grant) => `${grant.day} ${grant.member}`),
        )
      )
    }),
  )
})
