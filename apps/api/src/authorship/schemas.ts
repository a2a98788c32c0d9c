import { z } from 'zod'
import { Address, Id, Time, TimeIn, text } from '../http/schemas.ts'

const Hash = z.string().meta({ description: '32 bytes, 0x and hex.', examples: [`0x${'5a'.repeat(32)}`] })
export const Signature = z.string().meta({ description: '0x and hex.' })

export const SignatureIn = text({ max: 20_000 })
  .regex(/^0x([0-9a-fA-F]{2})+$/, 'must be 0x and an even number of hex digits')
  .meta({ description: '0x and hex; of a contract wallet, whatever it accepts (EIP-1271).' })

/** What an author adds to a post to sign it. */
export const SignedIn = z
  .strictObject({
    seq: z.int().min(0).max(2_147_483_647).meta({ description: 'How many signed posts there are before.' }),
    prev: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, 'must be 0x and 64 hex digits')
      .meta({ description: 'The hash of the signed post before; zeros for the first.' }),
    createdAt: TimeIn.meta({ description: 'As it was signed; at most 10 minutes off.' }),
    signature: SignatureIn,
  })
  .meta({
    description:
      "Your signature of it (EIP-712), by your wallet or a posting key of yours: the authorship package's README.",
  })

/** What a post shows of its signature. */
export const SignedSchema = z
  .object({
    seq: z.int(),
    prev: Hash,
    hash: Hash,
    createdAt: Time.meta({ description: 'The moment the author signed.' }),
    signature: Signature,
    key: Address.nullable().meta({ description: 'The posting key that signed; null: the wallet.' }),
  })
  .meta({ id: 'Signed' })

const Content = z.object({
  kind: z.enum(['note', 'article']),
  title: z.string().nullable(),
  text: z.string(),
  tags: z.array(z.string()),
})

export const EntrySchema = z
  .object({
    id: Id.meta({ description: 'Of the post, here.' }),
    author: Address,
    seq: z.int(),
    prev: Hash,
    createdAt: Time,
    replyTo: z.string().nullable().meta({ description: 'As it was signed.' }),
    quoteOf: z.string().nullable().meta({ description: 'As it was signed.' }),
    contentHash: Hash,
    hash: Hash,
    signature: Signature,
    key: z
      .object({
        address: Address,
        name: z.string(),
        notAfter: Time,
        signature: Signature,
        lastSeq: z.int().nullable(),
      })
      .nullable()
      .meta({ description: "The posting key that signed, with the wallet's word for it; null: the wallet." }),
    content: Content.nullable().meta({ description: 'Null: deleted, or locked for you.' }),
    origin: z
      .object({ node: z.string(), id: Id.nullable() })
      .nullable()
      .meta({ description: 'Of one that was imported: where from, and its id there.' }),
  })
  .meta({ id: 'LogEntry' })
