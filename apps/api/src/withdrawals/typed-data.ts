import { TypedDataEncoder } from 'ethers'
import { z } from 'zod'
import { DOMAIN_FIELDS, domainOf, TypedDomain, typedFields } from '../auth/typed-data.ts'
import { Address } from '../http/schemas.ts'

const WITHDRAWAL = [
  { name: 'account', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'amount', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
  { name: 'deadline', type: 'uint256' },
]

/** Typed data as `eth_signTypedData_v4` takes it (EIP-712); numbers beyond 53 bits are decimal strings. */
export const WithdrawalTypedData = z
  .object({
    types: z.object({ EIP712Domain: typedFields(DOMAIN_FIELDS), Withdrawal: typedFields(WITHDRAWAL) }),
    primaryType: z.literal('Withdrawal'),
    domain: TypedDomain,
    message: z.object({
      account: Address.meta({ description: 'Yours.' }),
      to: Address,
      amount: z.string().meta({ description: "In the token's units.", examples: ['2500000'] }),
      nonce: z.string().meta({ description: '32 bytes, 0x and hex.' }),
      deadline: z.string().meta({ description: 'Seconds since 1970.' }),
    }),
  })
  .meta({ id: 'WithdrawalTypedData' })

export type WithdrawalTypedData = z.infer<typeof WithdrawalTypedData>

/** A withdrawal to another address, as its member signs it. @param amount token units */
export function typedDataOf(
  chain: { id: number; vault: string },
  withdrawal: { account: string; to: string; amount: bigint; nonce: Uint8Array; expiresAt: Date },
): WithdrawalTypedData {
  const { account, to, amount, nonce, expiresAt } = withdrawal
  return {
    types: { EIP712Domain: DOMAIN_FIELDS, Withdrawal: WITHDRAWAL },
    primaryType: 'Withdrawal',
    domain: domainOf(chain),
    message: {
      account,
      to,
      amount: amount.toString(),
      nonce: `0x${Buffer.from(nonce).toString('hex')}`,
      deadline: String(expiresAt.getTime() / 1_000),
    },
  }
}

/** What a signature of typed data signs (EIP-712). */
export function digestOf({ domain, message }: WithdrawalTypedData): string {
  return TypedDataEncoder.hash(domain, { Withdrawal: WITHDRAWAL }, message)
}
