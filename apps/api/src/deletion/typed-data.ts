import { TypedDataEncoder } from 'ethers'
import { z } from 'zod'
import { DOMAIN_FIELDS, domainOf, TypedDomain, typedFields } from '../auth/typed-data.ts'
import { Address } from '../http/schemas.ts'

const DELETION = [
  { name: 'account', type: 'address' },
  { name: 'node', type: 'string' },
  { name: 'nonce', type: 'string' },
  { name: 'deadline', type: 'uint256' },
]

/** Typed data as `eth_signTypedData_v4` takes it (EIP-712). It names this deployment: an account is deleted where it is. */
export const DeletionTypedData = z
  .object({
    types: z.object({ EIP712Domain: typedFields(DOMAIN_FIELDS), AccountDeletion: typedFields(DELETION) }),
    primaryType: z.literal('AccountDeletion'),
    domain: TypedDomain,
    message: z.object({
      account: Address.meta({ description: 'Yours.' }),
      node: z.string().meta({ description: 'The address of this API.' }),
      nonce: z.string(),
      deadline: z.string().meta({ description: 'Seconds since 1970.' }),
    }),
  })
  .meta({ id: 'DeletionTypedData' })
export type DeletionTypedData = z.infer<typeof DeletionTypedData>

/** The deletion of an account, as its member signs it. @param deadline seconds since 1970 */
export function typedDataOf(
  { chain, publicUrl }: { chain: { id: number; vault: string }; publicUrl: string },
  { account, nonce, deadline }: { account: string; nonce: string; deadline: number },
): DeletionTypedData {
  return {
    types: { EIP712Domain: DOMAIN_FIELDS, AccountDeletion: DELETION },
    primaryType: 'AccountDeletion',
    domain: domainOf(chain),
    message: { account, node: publicUrl, nonce, deadline: String(deadline) },
  }
}

/** What a signature of it signs (EIP-712). */
export function digestOf({ domain, message }: DeletionTypedData): string {
  return TypedDataEncoder.hash(domain, { AccountDeletion: DELETION }, message)
}
