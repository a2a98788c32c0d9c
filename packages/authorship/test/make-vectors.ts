import { writeFileSync } from 'node:fs'
import { secp256k1 } from '@noble/curves/secp256k1'
import { keccak_256 } from '@noble/hashes/sha3'

// Makes vectors.json by hand, from the text of EIP-712 and nothing of this package: `node packages/authorship/test/make-vectors.ts`.

const utf8 = (text: string) => new TextEncoder().encode(text)
const fromHex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'))
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const k = (bytes: Uint8Array) => keccak_256(bytes)
const ks = (text: string) => k(utf8(text))
const number = (value: number) => fromHex(value.toString(16).padStart(64, '0'))
const address = (text: string) => join(new Uint8Array(12), fromHex(text))

const CONTENT = 'Content(string kind,string title,string text,string[] tags)'
const POST =
  'Post(address author,uint64 seq,bytes32 prev,uint64 createdAt,string replyTo,string quoteOf,Content content)'
const KEY = 'PostingKey(address member,address key,string name,uint64 notAfter)'
const separator = k(join(ks('EIP712Domain(string name,string version)'), ks('Rivulet authorship'), ks('1')))
const digest = (struct: Uint8Array) => k(join(fromHex('1901'), separator, struct))

/** Everybody can know these: 32 times the same byte. */
const [alice, phone] = ['11', '22'].map((byte) => fromHex(byte.repeat(32)))
function addressOf(secret: Uint8Array): string {
  const plain = hex(k(secp256k1.getPublicKey(secret, false).slice(1)).slice(12)).slice(2)
  const sums = hex(ks(plain)).slice(2)
  return `0x${[...plain].map((c, i) => (Number.parseInt(sums[i]!, 16) > 7 ? c.toUpperCase() : c)).join('')}`
}
function sign(hash: Uint8Array, secret: Uint8Array): string {
  const signature = secp256k1.sign(hash, secret)
  return hex(join(signature.toCompactRawBytes(), new Uint8Array([27 + signature.recovery])))
}

const author = addressOf(alice!)
const key = addressOf(phone!)
const notAfter = Date.UTC(2027, 5, 1)
const keyHash = digest(k(join(ks(KEY), address(author), address(key), ks('phone 📱'), number(notAfter))))
const keyOf = {
  ...{ address: key, name: 'phone 📱', notAfter: new Date(notAfter).toISOString() },
  ...{ signature: sign(keyHash, alice!), lastSeq: null },
}

const said = [
  { kind: 'note', title: null, text: 'hello', tags: [] },
  { kind: 'article', title: 'Ströme', text: '# Rivers\n\nThey run. 🌊', tags: ['water', 'größe'] },
  { kind: 'note', title: null, text: 'a comment', tags: ['x'] },
]
let prev: string = hex(new Uint8Array(32))
const entries = said.map((content, seq) => {
  const createdAt = Date.UTC(2026, 10, 28, 12, seq, 0, seq)
  const replyTo = seq === 2 ? '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11' : null
  const quoteOf = seq === 1 ? '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a12' : null
  const contentHash = k(
    join(
      ks(CONTENT),
      ks(content.kind),
      ks(content.title ?? ''),
      ks(content.text),
      k(join(...content.tags.map(ks))),
    ),
  )
  const hash = digest(
    k(
      join(
        ...[ks(POST + CONTENT), address(author), number(seq), fromHex(prev), number(createdAt)],
        ...[ks(replyTo ?? ''), ks(quoteOf ?? ''), contentHash],
      ),
    ),
  )
  const byKey = seq > 0
  const entry = {
    ...{ author, seq, prev, createdAt: new Date(createdAt).toISOString(), replyTo, quoteOf },
    ...{ contentHash: hex(contentHash), hash: hex(hash), signature: sign(hash, byKey ? phone! : alice!) },
    ...{ key: byKey ? keyOf : null, content },
  }
  prev = entry.hash
  return entry
})
const vectors = { separator: hex(separator), postingKeyHash: hex(keyHash), entries }
writeFileSync(new URL('vectors.json', import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`)
