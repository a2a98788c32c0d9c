import { TypedDataEncoder } from 'ethers'
import { z } from 'zod'
import { Address } from '../http/schemas.ts'

const Field = z.object({ name: z.string(), type: z.string() })

const DOMAIN = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
]
const DELETION = [
  { name: 'account', type: 'address' },
  { name: 'node', type: 'string' },
  { name: 'nonce', type: 'string' },
  { name: 'deadline', type: 'uint256' },
]

/** Typed data as `eth_signTypedData_v4` takes it (EIP-712). It names this deployment: an account is deleted where it is. */
export const DeletionTypedData = z
  .object({
    types: z.object({ EIP712Domain: z.array(Field), AccountDeletion: z.array(Field) }),
    primaryType: z.literal('AccountDeletion'),
    domain: z.object({
      ...{ name: z.literal('Rivulet'), version: z.literal('1'), chainId: z.int() },
      verifyingContract: Address.meta({ description: 'The vault.' }),
    }),
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
    types: { EIP712Domain: DOMAIN, AccountDeletion: DELETION },
    primaryType: 'AccountDeletion',
    domain: { name: 'Rivulet', version: '1', chainId: chain.id, verifyingContract: chain.vault },
    message: { account, node: publicUrl, nonce, deadline: String(deadline) },
  }
}

/** What a signature of it signs (EIP-712). */
export function digestOf({ domain, message }: DeletionTypedData): string {
  return TypedDataEncoder.hash(domain, { AccountDeletion: DELETION }, message)
}
