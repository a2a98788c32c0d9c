import { DOMAIN, NO_POST, POST_TYPES, POSTING_KEY_TYPES, postMessage } from '@rivulet/authorship'
import { type BaseWallet, TypedDataEncoder } from 'ethers'
import type { Answer, Person } from './people.ts'

export type Wish = {
  kind?: 'note' | 'article'
  text: string
  title?: string
  tags?: string[]
  replyTo?: string
  quoteOf?: string
}

/** Somebody's chain as their client keeps it. */
export type Pen = {
  seq: number
  prev: string
  /** The body of a signed post, and its hash, by ethers. */
  body(
    wish: Wish,
    change?: { seq?: number; prev?: string; createdAt?: string },
  ): Promise<{ body: object; hash: string }>
  /** Publishes it, and goes on from there. */
  writes(wish: Wish): Promise<Answer['body']>
}

/** @param author who is named; the person unless told, as when a contract is their wallet */
export function penOf(
  person: Person,
  signer: BaseWallet = person.wallet as BaseWallet,
  author = person.address,
): Pen {
  const pen: Pen = {
    seq: 0,
    prev: NO_POST,
    async body(wish, change = {}) {
      const { seq, prev, createdAt } = { ...pen, createdAt: new Date().toISOString(), ...change }
      const { kind = 'note', text, title = null, tags = [], replyTo = null, quoteOf = null } = wish
      const place = { author, seq, prev, createdAt: Date.parse(createdAt), replyTo, quoteOf }
      const message = postMessage(place, { kind, text, title, tags })
      const signature = await signer.signTypedData(DOMAIN, POST_TYPES, message)
      return {
        body: { kind, ...wish, signed: { seq, prev, createdAt, signature } },
        hash: TypedDataEncoder.hash(DOMAIN, POST_TYPES, message),
      }
    },
    async writes(wish) {
      const { body, hash } = await pen.body(wish)
      const published = await person.post('/v1/posts', body)
      if (published.status !== 201) throw new Error(`not published: ${JSON.stringify(published.body)}`)
      pen.seq++
      pen.prev = hash
      return published.body
    },
  }
  return pen
}

/** The body that adds a posting key. */
export async function keyBody(
  person: Person,
  key: BaseWallet,
  name = 'phone',
  days = 30,
  signer = person.wallet,
) {
  const notAfter = new Date(Date.now() + days * 86_400_000).toISOString()
  const statement = { member: person.address, key: key.address, name, notAfter: Date.parse(notAfter) }
  const signature = await signer.signTypedData(DOMAIN, POSTING_KEY_TYPES, statement)
  return { address: key.address, name, notAfter, signature }
}
