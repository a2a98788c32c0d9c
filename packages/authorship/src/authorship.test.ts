import { readFileSync } from 'node:fs'
import { recoverAddress, TypedDataEncoder, Wallet } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Content,
  contentHash,
  createChainCheck,
  DOMAIN,
  type Entry,
  POST_TYPES,
  POSTING_KEY_TYPES,
  postHash,
  postingKeyHash,
  postMessage,
  readEntry,
} from './index.ts'

// Made by @noble/hashes and @noble/curves, from the text of EIP-712: ../test/make-vectors.ts.
const vectors = JSON.parse(readFileSync(new URL('../test/vectors.json', import.meta.url), 'utf8')) as {
  separator: string
  postingKeyHash: string
  entries: Entry[]
}
const alice = new Wallet(`0x${'11'.repeat(32)}`)
const phone = new Wallet(`0x${'22'.repeat(32)}`)
const clone = () => structuredClone(vectors.entries)
const msOf = (entry: Entry) => Date.parse(entry.createdAt)

test('the hashes are those of another implementation', () => {
  for (const entry of vectors.entries) {
    expect(contentHash(entry.content!)).toBe(entry.contentHash)
    expect(postHash({ ...entry, createdAt: msOf(entry) }, entry.contentHash)).toBe(entry.hash)
  }
  const statement = { member: alice.address, key: phone.address, name: 'phone 📱', notAfter: 1811808000000 }
  expect(postingKeyHash(statement)).toBe(vectors.postingKeyHash)
  expect(TypedDataEncoder.hashDomain(DOMAIN)).toBe(vectors.separator)
})

test('a wallet signs the very same: r, s and v of ethers are those of the vectors', async () => {
  for (const entry of vectors.entries) {
    const message = postMessage({ ...entry, createdAt: msOf(entry) }, entry.content!)
    const signer = entry.key ? phone : alice
    expect(await signer.signTypedData(DOMAIN, POST_TYPES, message)).toBe(entry.signature)
  }
})

const word = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed())
const content: fc.Arbitrary<Content> = fc.record({
  kind: fc.constantFrom('note' as const, 'article' as const),
  title: fc.option(word),
  text: word,
  tags: fc.array(word, { maxLength: 4 }),
})
const place = fc.record({
  author: fc.constant(alice.address),
  seq: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  prev: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => `0x${Buffer.from(b).toString('hex')}`),
  createdAt: fc.integer({ min: 0, max: 253402300799999 }),
  replyTo: fc.option(fc.uuid()),
  quoteOf: fc.option(fc.uuid()),
})

test("whatever is posted, ethers' TypedDataEncoder hashes it the same", () => {
  fc.assert(
    fc.property(place, content, word, (where, what, name) => {
      const message = postMessage(where, what)
      expect(postHash(where, contentHash(what))).toBe(TypedDataEncoder.hash(DOMAIN, POST_TYPES, message))
      const statement = { member: where.author, key: phone.address, name, notAfter: where.createdAt }
      expect(postingKeyHash(statement)).toBe(TypedDataEncoder.hash(DOMAIN, POSTING_KEY_TYPES, statement))
    }),
  )
})

/** What is wrong with the log, and with which entry. */
function faultOf(entries: unknown[], options = {}): string | undefined {
  const check = createChainCheck(options)
  for (const value of entries) {
    const read = readEntry(value)
    const fault = read.ok ? check.add(read.entry) : `field ${read.field}`
    if (fault) return `${check.length}: ${fault}`
  }
  return undefined
}

test("alice's three posts are a chain; also when the text of one is gone", () => {
  expect(faultOf(clone())).toBeUndefined()
  const [one, two, three] = clone()
  expect(faultOf([one, { ...two!, content: null }, three])).toBeUndefined()
})

test('each way of tampering is named, with the entry it was done to', () => {
  const [one, two, three] = clone() as [Entry, Entry, Entry]
  const said = (entry: Entry, change: Partial<Content>) => ({
    ...entry,
    content: { ...entry.content!, ...change },
  })
  const mallory = new Wallet(`0x${'33'.repeat(32)}`)
  for (const [entries, fault] of [
    [[one, three], '1: has seq 2, and 1 comes next'],
    [[two], '0: has seq 1, and 0 comes next'],
    [[one, one], '1: has seq 0, and 1 comes next'],
    [[one, { ...two, prev: three.hash }], '1: has prev'],
    [[said(one, { text: 'hallo' })], '0: says something else'],
    [[said(one, { title: '' }), said(two, { title: null })], '1: says something else'],
    [[one, said(two, { tags: ['watergröße'] })], '1: says something else'],
    [[{ ...one, createdAt: '2026-11-28T12:00:00.001Z' }], '0: has the hash'],
    [[{ ...one, replyTo: two.replyTo ?? 'x' }], '0: has the hash'],
    [[{ ...one, signature: two.signature }], '0: is not signed by 0x19E7'],
    [[{ ...one, signature: '0x' }], '0: is not signed by 0x19E7'],
    [[one, { ...two, key: null }], '1: is not signed by 0x19E7'],
    [[one, { ...two, key: { ...two.key!, name: 'laptop' } }], '1: is signed by the key'],
    [[one, { ...two, key: { ...two.key!, address: mallory.address } }], '1: is not signed by the key'],
    [[one, { ...two, key: { ...two.key!, notAfter: '2026-11-28T12:00:59.000Z' } }], '1: was written at'],
    [[one, { ...two, key: { ...two.key!, lastSeq: 0 } }], '1: is signed by a key that was revoked'],
    [[{ ...one, author: mallory.address }], '0: has the hash'],
    [[{ ...one, seq: '0' }], '0: field seq'],
    [[{ ...one, signature: 7 }], '0: field signature'],
    [[{ ...one, content: { ...one.content!, kind: 'poem' } }], '0: field content'],
    [[null], '0: field '],
  ] as [unknown[], string][])
    expect(faultOf(entries)?.slice(0, fault.length)).toBe(fault)
  expect(faultOf(clone(), { author: mallory.address })).toContain('the log is 0x')
  expect(faultOf([one, { ...two, key: { ...two.key!, lastSeq: 1 } }])).toBeUndefined()
})

test('whichever character of what is signed is changed, it is found', () => {
  const places = vectors.entries.flatMap((entry, i) =>
    (['prev', 'createdAt', 'contentHash', 'hash', 'signature'] as const).flatMap((field) =>
      Array.from(entry[field], (_, at) => ({ i, field, at })),
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom(...'0123456789abcdef'), ({ i, field, at }, c) => {
      const entries = clone()
      const before = entries[i]![field]
      entries[i]![field] = before.slice(0, at) + c + before.slice(at + 1)
      fc.pre(entries[i]![field] !== before)
      expect(faultOf(entries)).toMatch(new RegExp(`^${i}: `))
    }),
    { numRuns: 150 },
  )
})

/** Where in an entry's JSON nothing is signed: which seq a key ended with is the node's word. */
const UNSIGNED = /"lastSeq":(null|\d+)/

test('whichever bit of an entry is flipped, on its way or on a disk, it is found', () => {
  const lines = vectors.entries.map((entry) => Buffer.from(JSON.stringify(entry)))
  const places = lines.flatMap((line, i) => {
    const text = line.toString('latin1')
    const { index = -1, 0: unsigned = '' } = UNSIGNED.exec(text) ?? {}
    return [...line.keys()]
      .filter((at) => at < index || at >= index + unsigned.length)
      .map((at) => ({ i, at }))
  })
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.nat(7), ({ i, at }, bit) => {
      const flipped = lines.map((line) => Buffer.from(line))
      flipped[i]![at]! ^= 1 << bit
      const entries = flipped.map((line) => {
        try {
          return JSON.parse(line.toString())
        } catch {
          return undefined
        }
      })
      expect(faultOf(entries)).toMatch(new RegExp(`^${i}: `))
    }),
    // A capital letter writes the same bytes.
    {
      numRuns: 200,
      examples: [
        [{ i: 0, at: letterIn('signature', 0) }, 5],
        [{ i: 1, at: letterIn('signature', 1) }, 5],
      ],
    },
  )

  /** The place of the first hex letter of the last such field: of a post's key where it has one. */
  function letterIn(field: string, i: number): number {
    const text = lines[i]!.toString('latin1')
    const from = text.lastIndexOf(`"${field}":"0x`) + field.length + 6
    return from + text.slice(from).search(/[a-f]/)
  }
})

test('a signature that is written in another way is none, though it recovers to the same wallet', () => {
  const [one] = clone() as [Entry]
  // 27 and 28 are also 0 and 1, and any odd or even number from 35 on (EIP-155).
  const isOdd = one.signature.endsWith('1c')
  for (const v of isOdd ? ['01', '24', '3c', 'fc'] : ['00', '23', '3b', 'fb']) {
    const signature = one.signature.slice(0, -2) + v
    expect(recoverAddress(one.hash, signature)).toBe(one.author)
    expect(faultOf([{ ...one, signature }])).toContain('is not signed by')
  }
})

test("a contract wallet's signatures are let pass only when asked, and counted", () => {
  const [one] = clone() as [Entry]
  const signed = { ...one, signature: '0xaa' }
  expect(faultOf([signed])).toContain('only its chain can tell')
  const check = createChainCheck({ contractWallet: true })
  expect(check.add(signed)).toBeUndefined()
  expect(check.unchecked).toBe(1)
})
