import { z } from 'zod'
import { Address } from '../http/schemas.ts'

/** The fields of a type, as `eth_signTypedData_v4` names them. @param fields which they are, for the document */
export const typedFields = (fields: { name: string; type: string }[]) =>
  z.array(z.object({ name: z.string(), type: z.string() })).meta({ examples: [fields] })

/** The fields of a domain that names a deployment (EIP-712, "Definition of domainSeparator"). */
export const DOMAIN_FIELDS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
]

/** Such a domain: what is signed in it is good at this vault on this chain, and nowhere else. */
export const TypedDomain = z.object({
  name: z.literal('Rivulet'),
  version: z.literal('1'),
  chainId: z.int(),
  verifyingContract: Address.meta({ description: 'The vault.' }),
})

/** The domain of this deployment. */
export function domainOf(chain: { id: number; vault: string }): z.infer<typeof TypedDomain> {
  return { name: 'Rivulet', version: '1', chainId: chain.id, verifyingContract: chain.vault }
}
