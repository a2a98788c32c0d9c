import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as native from './native.ts'
import * as portable from './portable.ts'

const bytes = fc.uint8Array({ maxLength: 400 })

test('keccak-256 of nothing and of abc is what the standard gives', () => {
  // Source: the Keccak team's test vectors, as Ethereum uses them.
  expect(portable.toHex(portable.keccak(new Uint8Array()))).toBe(
    '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  )
  expect(portable.toHex(portable.keccak(new TextEncoder().encode('abc')))).toBe(
    '0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
  )
})

test('a browser hashes and writes as Node does', () => {
  fc.assert(
    fc.property(bytes, fc.nat(8), (whole, from) => {
      const part = whole.subarray(Math.min(from, whole.length))
      expect(portable.toHex(part)).toBe(native.toHex(part))
      expect(portable.keccak(part)).toEqual(new Uint8Array(native.keccak(part)))
      expect(portable.fromHex(native.toHex(part))).toEqual(new Uint8Array(part))
    }),
  )
})

test('and refuses what Node refuses', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.constantFrom('0x', '0x0', '0xg0', '0x00', '00', '0X00', '0x00 ', '0xAb'),
    bytes.map((some) => native.toHex(some)),
  )
  const outcome = (read: typeof native.fromHex, text: string, length?: number) => {
    try {
      return [...read(text, length)]
    } catch (error) {
      return (error as Error).message
    }
  }
  fc.assert(
    fc.property(texts, fc.option(fc.nat(3), { nil: undefined }), (text, length) => {
      expect(outcome(portable.fromHex, text, length)).toEqual(outcome(native.fromHex, text, length))
    }),
  )
})
