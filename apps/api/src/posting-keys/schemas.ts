import { z } from 'zod'
import { Signature, SignatureIn } from '../authorship/schemas.ts'
import { Address, AddressIn, Id, Time, TimeIn, text } from '../http/schemas.ts'
import type { PostingKeyRow } from './store.ts'

export const NewPostingKeySchema = z.strictObject({
  address: AddressIn.meta({ description: 'Of the key that is to sign.' }),
  name: text({ min: 1, max: 50 }),
  notAfter: TimeIn.meta({ description: 'As it was signed, to the millisecond; at most 366 days ahead.' }),
  signature: SignatureIn.meta({ description: "Your wallet's, of the `PostingKey` (EIP-712)." }),
})

export const PostingKeySchema = z
  .object({
    id: Id,
    address: Address,
    name: z.string(),
    notAfter: Time,
    signature: Signature,
    createdAt: Time,
    revokedAt: Time.nullable(),
    lastSeq: z.int().nullable().meta({
      description: 'Of one that was revoked: the last seq it holds for; -1: none.',
    }),
  })
  .meta({ id: 'PostingKey' })

export const PostingKeyParams = z.strictObject({ id: Id })

export function postingKeyView(row: PostingKeyRow): z.infer<typeof PostingKeySchema> {
  const { id, address, name, lastSeq } = row
  return {
    ...{ id, address, name, lastSeq, notAfter: row.notAfter.toISOString() },
    signature: `0x${row.signature.toString('hex')}`,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}
