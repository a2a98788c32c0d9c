import { concat, keccak256, recoverAddress, Signature, toBeHex, toUtf8Bytes, zeroPadValue } from 'ethers'
import {
  type Content,
  DOMAIN,
  POST_TYPES,
  POSTING_KEY_TYPES,
  type PostingKeyStatement,
  type PostPlace,
} from './typed-data.ts'

type Fields = readonly { name: string; type: string }[]

const hashText = (text: string) => keccak256(toUtf8Bytes(text))
const written = (name: string, fields: Fields) =>
  `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`
const word = (value: number) => toBeHex(value, 32)

const CONTENT_TYPE = written('Content', POST_TYPES.Content)
const POST_TYPE_HASH = hashText(written('Post', POST_TYPES.Post) + CONTENT_TYPE)
const CONTENT_TYPE_HASH = hashText(CONTENT_TYPE)
const KEY_TYPE_HASH = hashText(written('PostingKey', POSTING_KEY_TYPES.PostingKey))
const SEPARATOR = keccak256(
  concat([
    hashText('EIP712Domain(string name,string version)'),
    hashText(DOMAIN.name),
    hashText(DOMAIN.version),
  ]),
)

const digest = (struct: string) => keccak256(concat(['0x1901', SEPARATOR, struct]))

/**
 * `hashStruct` of a `Content` (EIP-712): what of a post's content goes into its hash. With it a post is still checked
 * when its text is gone.
 * @returns 32 bytes, as 0x-hex
 */
export function contentHash({ kind, title, text, tags }: Content): string {
  return keccak256(
    concat([
      CONTENT_TYPE_HASH,
      hashText(kind),
      hashText(title ?? ''),
      hashText(text),
      keccak256(concat(tags.map(hashText))),
    ]),
  )
}

/**
 * The hash of a signed post: what its signature signs, and the `prev` of the next (EIP-712). Written out here, because
 * libraries take the whole message, and of a deleted post there is only the hash of the content.
 * @returns 32 bytes, as 0x-hex
 */
export function postHash(place: PostPlace, hashOfContent: string): string {
  const { author, seq, prev, createdAt, replyTo, quoteOf } = place
  return digest(
    keccak256(
      concat([
        ...[POST_TYPE_HASH, zeroPadValue(author, 32), word(seq), prev, word(createdAt)],
        ...[hashText(replyTo ?? ''), hashText(quoteOf ?? ''), hashOfContent],
      ]),
    ),
  )
}

/** What a wallet signs to let a key sign posts (EIP-712): 32 bytes, as 0x-hex. */
export function postingKeyHash({ member, key, name, notAfter }: PostingKeyStatement): string {
  return digest(
    keccak256(
      concat([
        ...[KEY_TYPE_HASH, zeroPadValue(member, 32), zeroPadValue(key, 32), hashText(name), word(notAfter)],
      ]),
    ),
  )
}

/** As wallets write them: r, s and v. */
const SIGNATURE = /^0x[0-9a-fA-F]{130}$/

/** Who made a signature of this hash: an address (EIP-55), or undefined for what no key has made. */
export function signerOf(hash: string, signature: string): string | undefined {
  if (!SIGNATURE.test(signature)) return undefined
  try {
    // `v` and `s` can be written in other ways that mean the same: one way only, or a changed byte would pass.
    const isPlain = Signature.from(signature).serialized === signature.toLowerCase()
    return isPlain ? recoverAddress(hash, signature) : undefined
  } catch {
    return undefined
  }
}
