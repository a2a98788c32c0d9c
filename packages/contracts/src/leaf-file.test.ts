import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { keccak256, toUtf8Bytes } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchHash, packPayouts } from './batch.ts'
import { domainSeparator } from './domain.ts'
import { hkdf32, hmacSha256 } from './hkdf.ts'
import { type Leaf, leafHash, leafSum } from './leaf.ts'
import { decodeLeaf, encodeLeaf } from './leaf-bytes.ts'
import { openLeaf, sealLeaf } from './leaf-cipher.ts'
import { batchLine, headLine, LeafFileFault, placeLine, readLeafFile } from './leaf-file.ts'
import { buildSumTree } from './sum-tree.ts'

const vault = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
const domain = domainSeparator(31337, vault)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const hex = (length: number) => bytes(length).map((b) => `0x${Buffer.from(b).toString('hex')}`)
const uint = (bits: bigint) => fc.bigInt({ min: 0n, max: (1n << bits) - 1n })
const anyLeaf = fc.record({
  index: uint(40n),
  account: hex(20),
  authorised: uint(128n),
  spendable: uint(128n),
  held: uint(128n),
  payout: uint(128n),
  batch: fc.integer({ min: 0, max: 65_535 }),
  deposited: uint(128n),
  salt: hex(32),
})
const lower = (leaf: Leaf) => ({ ...leaf, account: leaf.account.toLowerCase() })

test('a leaf is opened by the secret it is for, and by no other', () => {
  fc.assert(
    fc.property(anyLeaf, bytes(32), bytes(32), fc.nat(), (leaf, mine, other, bit) => {
      const hash = leafHash(domain, leaf)
      const sealed = sealLeaf(domain, hash, leaf, mine)
      expect(lower(openLeaf(domain, hash, sealed, mine)!)).toEqual(leaf)
      if (Buffer.compare(mine, other) !== 0) expect(openLeaf(domain, hash, sealed, other)).toBe(null)
      const forged = Buffer.from(sealed, 'base64url')
      forged[(bit >> 3) % forged.length]! ^= 1 << (bit & 7)
      expect(openLeaf(domain, hash, forged.toString('base64url'), mine)).toBe(null)
      expect(lower(decodeLeaf(encodeLeaf(leaf)))).toEqual(leaf)
    }),
    { numRuns: 50 },
  )
})

// What docs/SETTLEMENT.md says, with what Node brings and nothing of ours but the leaf's hash.
test('a reader of somebody else finds the fields where the format says', () => {
  const leaf = {
    ...{
      index: 7n,
      account: vault,
      authorised: 1n,
      spendable: 2n,
      held: 3n,
      payout: 4n,
      batch: 258,
      deposited: 5n,
    },
    salt: `0x${'ab'.repeat(32)}`,
  }
  const secret = Buffer.alloc(32, 9)
  const hash = leafHash(domain, leaf)
  const sealed = Buffer.from(sealLeaf(domain, hash, leaf, secret), 'base64url')
  const info = Buffer.concat([Buffer.from('rivulet leaf'), Buffer.from(hash.slice(2), 'hex')])
  const key = Buffer.from(hkdfSync('sha256', secret, Buffer.from(domain.slice(2), 'hex'), info, 32))
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12))
  decipher.setAuthTag(sealed.subarray(142))
  const clear = Buffer.concat([decipher.update(sealed.subarray(0, 142)), decipher.final()]).toString('hex')
  const wide = (n: number) => n.toString(16).padStart(32, '0')
  expect(clear).toBe(
    `0000000000000007${vault.slice(2).toLowerCase()}${[1, 2, 3, 4].map(wide).join('')}0102${wide(5)}${'ab'.repeat(32)}`,
  )
})

test('keys and codes are those of Node', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      bytes(32),
      fc.uint8Array({ maxLength: 200 }),
      (secret, salt, info) => {
        expect(Buffer.from(hkdf32(secret, salt, info))).toEqual(
          Buffer.from(hkdfSync('sha256', secret, salt, info, 32)),
        )
        expect(hmacSha256(secret, info)).toEqual(createHmac('sha256', secret).update(info).digest())
      },
    ),
  )
})

function file(): { text: string; leaves: Leaf[]; records: string } {
  const nothing = {
    authorised: 0n,
    held: 0n,
    payout: 0n,
    batch: 0,
    deposited: 0n,
    salt: `0x${'01'.repeat(32)}`,
  }
  const leaves = [0n, 2n, 5n].map((index) => ({ ...nothing, index, account: vault, spendable: index + 1n }))
  const records = packPayouts([{ account: vault, amount: 8n }])
  const lines = leaves.map((leaf) => {
    const hash = leafHash(domain, leaf)
    const sealed =
      leaf.index === 2n ? [] : [sealLeaf(domain, hash, leaf, Buffer.alloc(32, Number(leaf.index)))]
    return placeLine({ index: leaf.index, hash, sum: leafSum(leaf) }, sealed)
  })
  const head = headLine({ chainId: 31337n, vault, number: 3, depth: 3 })
  return { text: head + lines.join('') + batchLine(0, records), leaves, records }
}

async function* inPieces(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size))
}

test('a file is read again, in pieces of any size, with what the commit says of it', async () => {
  const { text, leaves, records } = file()
  const places = leaves.map((leaf) => ({
    index: leaf.index,
    hash: leafHash(domain, leaf),
    sum: leafSum(leaf),
  }))
  for (const size of [1, 7, 100_000]) {
    const readers: number[] = []
    const said = await readLeafFile(inPieces(text, size), (_place, sealed) => readers.push(sealed.length))
    expect(readers).toEqual([1, 0, 1])
    expect(said).toEqual({
      ...{ chainId: 31337n, vault, number: 3, depth: 3, domain },
      ...{ root: buildSumTree(places, 3).root, gross: 1n + 3n + 6n, leaves: 3 },
      ...{ batches: [records], payoutRoot: batchHash(domain, 3, 0, records), payoutTotal: 8n },
      dataHash: keccak256(toUtf8Bytes(text)),
    })
  }
})

test('what is not a leaf file is refused with the line at fault', async () => {
  const { text } = file()
  const [head, first, second, third, batch] = text.split('\n')
  const broken: [string, string | RegExp][] = [
    ['', 'empty'],
    [text.slice(0, -1), 'ends within a line'],
    [text.replace('rivulet-leaves 2', 'rivulet-leaves 1'), 'no leaf file of format 2'],
    [`${[head, second, first, third].join('\n')}\n`, 'after 1 leaves: index 0 after 2'],
    [`${[head, first, batch, second].join('\n')}\n`, 'after 1 leaves'],
    [`${[head, first, batch?.replace('batch 0', 'batch 1')].join('\n')}\n`, 'after 0 batches'],
    [text.replace(' 1 ', ' 01 '), 'after 0 leaves'],
  ]
  for (const [wrong, because] of broken) {
    const reading = readLeafFile(inPieces(wrong, 50))
    await expect(reading).rejects.toThrow(LeafFileFault)
    await expect(reading).rejects.toThrow(because)
  }
})
