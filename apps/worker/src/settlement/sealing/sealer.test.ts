import { createHash } from 'node:crypto'
import { domainSeparator, LEAF_BYTES, type Leaf, leafHash, openLeaf } from '@rivulet/contracts'
import { getAddress } from 'ethers'
import { expect, test } from 'vitest'
import { pack } from './pack.ts'
import { sealerFor } from './sealer.ts'

const DOMAIN = domainSeparator(31_337n, `0x${'22'.repeat(20)}`)
const bytesOf = (what: string) => createHash('sha256').update(what).digest()

const people: Leaf[] = Array.from({ length: 40 }, (_, i) => ({
  index: BigInt(3 * i),
  account: getAddress(`0x${bytesOf(`account ${i}`).toString('hex').slice(0, 40)}`),
  ...{
    authorised: BigInt(i),
    spendable: 10n ** 20n + BigInt(i),
    held: 7n,
    payout: 5n,
    batch: i,
    deposited: 9n,
  },
  salt: `0x${bytesOf(`salt ${i}`).toString('hex')}`,
}))
/** None, one or two readers. */
const readers = new Map(
  people.map(({ index }, i) => [
    index,
    Array.from({ length: i % 3 }, (_, n) => new Uint8Array(bytesOf(`${i}/${n}`))),
  ]),
)

test('threads hash and encrypt as this one does, and every reader finds their leaf', async () => {
  const [here, there] = [sealerFor(people.length), sealerFor(1_000_000)]
  try {
    const expected = await here.seal(pack(DOMAIN, people, readers))
    const pieces = await Promise.all(
      [0, 10, 20, 30].map((at) => there.seal(pack(DOMAIN, people.slice(at, at + 10), readers))),
    )
    expect(pieces.map(({ lines }) => lines).join('')).toBe(expected.lines)
    expect(Buffer.concat(pieces.map(({ hashes }) => hashes))).toEqual(Buffer.from(expected.hashes))

    const lines = expected.lines.trimEnd().split('\n')
    expect(lines).toHaveLength(people.length)
    for (const [i, line] of lines.entries()) {
      const leaf = people[i]!
      const [index, hash, sum, sealed] = line.split(' ')
      expect([index, hash, sum]).toEqual([
        `${leaf.index}`,
        leafHash(DOMAIN, leaf),
        `${leaf.authorised + leaf.spendable + leaf.held}`,
      ])
      const theirs = readers.get(leaf.index)!
      if (theirs.length === 0) expect(sealed).toBe('-')
      for (const [n, secret] of theirs.entries())
        expect(openLeaf(DOMAIN, hash!, sealed!.split(',')[n]!, secret)).toEqual(leaf)
    }
  } finally {
    await Promise.all([here.close(), there.close()])
  }
})

test('what a thread cannot do is thrown where it is waited for, and the others go on', async () => {
  const sealer = sealerFor(1_000_000)
  try {
    const good = pack(DOMAIN, people.slice(0, 1), readers)
    const short = { ...pack(DOMAIN, people.slice(1, 2), readers), secrets: new Uint8Array(5) }
    const [wrong, right] = await Promise.allSettled([sealer.seal(short), sealer.seal(good)])
    expect(wrong).toMatchObject({ status: 'rejected', reason: { message: 'a secret of 5 bytes' } })
    expect(right).toMatchObject({ status: 'fulfilled' })
  } finally {
    await sealer.close()
  }
})

test('a secret that is none is refused before anything is encrypted', () => {
  expect(() => pack(DOMAIN, people.slice(0, 1), new Map([[0n, [new Uint8Array(31)]]]))).toThrow('31 bytes')
  expect(pack(DOMAIN, people, readers).leaves).toHaveLength(people.length * LEAF_BYTES)
})
