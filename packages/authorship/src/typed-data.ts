/**
 * The EIP-712 domain of everything an author signs. It names the network and neither a chain nor a contract: what alice
 * wrote is hers on every node, whichever chain that settles on.
 */
export const DOMAIN = { name: 'Rivulet authorship', version: '1' } as const

/** A post as it is signed. The struct of the content is nested, so that a wallet shows the text it signs. */
export const POST_TYPES = {
  Post: [
    { name: 'author', type: 'address' },
    { name: 'seq', type: 'uint64' },
    { name: 'prev', type: 'bytes32' },
    { name: 'createdAt', type: 'uint64' },
    { name: 'replyTo', type: 'string' },
    { name: 'quoteOf', type: 'string' },
    { name: 'content', type: 'Content' },
  ],
  Content: [
    { name: 'kind', type: 'string' },
    { name: 'title', type: 'string' },
    { name: 'text', type: 'string' },
    { name: 'tags', type: 'string[]' },
  ],
}

/** A wallet's word that a key may sign its member's posts until a moment. */
export const POSTING_KEY_TYPES = {
  PostingKey: [
    { name: 'member', type: 'address' },
    { name: 'key', type: 'address' },
    { name: 'name', type: 'string' },
    { name: 'notAfter', type: 'uint64' },
  ],
}

/** What a post says. `title` is null where there is none, and signed as the empty text. */
export type Content = {
  kind: 'note' | 'article'
  title: string | null
  text: string
  tags: string[]
}

/** What a signature is over, but for the content. */
export type PostPlace = {
  /** EIP-55. */
  author: string
  /** From 0, with no gap. */
  seq: number
  /** The hash of the author's signed post before, 0x and 64 hex digits; zero for the first. */
  prev: string
  /** Milliseconds since 1970. */
  createdAt: number
  /** The id of the post this is a comment on, on the node it was written for; null for none. */
  replyTo: string | null
  quoteOf: string | null
}

export type PostingKeyStatement = {
  /** EIP-55. */
  member: string
  /** The address of the key, EIP-55. */
  key: string
  name: string
  /** Milliseconds since 1970: the last moment a post of the key may name as its own. */
  notAfter: number
}

/** The `prev` of a first post. */
export const NO_POST = `0x${'00'.repeat(32)}`

/** The value of a `Post` as `signTypedData` takes it, with `DOMAIN` and `POST_TYPES`. */
export function postMessage(place: PostPlace, content: Content) {
  const { author, seq, prev, createdAt, replyTo, quoteOf } = place
  const { kind, title, text, tags } = content
  return {
    ...{ author, seq, prev, createdAt, replyTo: replyTo ?? '', quoteOf: quoteOf ?? '' },
    content: { kind, title: title ?? '', text, tags: [...tags] },
  }
}
