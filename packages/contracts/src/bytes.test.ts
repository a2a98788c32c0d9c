import { expect, test } from 'vitest'
import { fromHex, keccak, putUint, readUint, toHex } from './bytes.ts'

test('keccak-256 of nothing and of "abc" are the known ones', () => {
  expect(toHex(keccak(new Uint8Array()))).toBe(
    '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  )
  expect(toHex(keccak(new TextEncoder().encode('abc')))).toBe(
    '0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
  )
})

test('hex is bytes only when it is all hex, and as long as asked for', () => {
  expect([...fromHex('0x00fF10')]).toEqual([0, 255, 16])
  expect([...fromHex('0x')]).toEqual([])
  for (const not of ['00ff', '0x0', '0x0g', '0xzz', '']) expect(() => fromHex(not)).toThrow(RangeError)
  expect(() => fromHex('0x00', 2)).toThrow(RangeError)
})

test('integers are big-endian, and leave their neighbours alone', () => {
  const bytes = new Uint8Array(20).fill(0xee)
  putUint(bytes, 4, 12, 0x0102030405060708090a0b0cn)
  expect(toHex(bytes)).toBe('0xeeeeeeee0102030405060708090a0b0ceeeeeeee')
  expect(readUint(bytes, 4, 12)).toBe(0x0102030405060708090a0b0cn)
  putUint(bytes, 4, 12, 7n)
  expect(toHex(bytes)).toBe('0xeeeeeeee000000000000000000000007eeeeeeee')
  expect(() => putUint(bytes, 4, 12, 1n << 96n)).toThrow(RangeError)
  expect(() => putUint(bytes, 4, 12, 1n << 16n, 16)).toThrow(RangeError)
  expect(() => putUint(bytes, 4, 12, -1n)).toThrow(RangeError)
})
