import { getAddress, isAddress, parseUnits } from 'ethers'
import { z } from 'zod'
import type { Policy } from './policy.ts'
import { placeOf, type SignerPlace } from './wire.ts'

const decimal = z.string().regex(/^\d{1,12}(\.\d{1,18})?$/, 'must be a decimal')

const environment = z
  .object({
    CHAIN_ID: z.coerce.bigint().positive(),
    VAULT_ADDRESS: z.string().refine(isAddress, 'must be an address').transform(getAddress),
    /** Of the token; the caps are decimals of the asset. */
    ASSET_DECIMALS: z.coerce.number().int().min(0).max(9).default(6),
    SIGNER_KEYSTORE: z.string().min(1),
    SIGNER_PASSWORD_FILE: z.string().min(1),
    SIGNER_JOURNAL: z.string().min(1),
    SIGNER_URL: z.string(),
    SIGNER_TOKEN: z.string().min(32).optional(),
    SIGNER_MAX_FEE_GWEI: decimal.default('500'),
    SIGNER_MAX_PER_TRANSACTION: decimal,
    SIGNER_MAX_PER_DAY: decimal,
    SIGNER_AUTHORISED_BEFORE: decimal.default('0'),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .transform((env, context) => {
    const units = (
      name: 'SIGNER_MAX_PER_TRANSACTION' | 'SIGNER_MAX_PER_DAY' | 'SIGNER_AUTHORISED_BEFORE',
    ) => {
      try {
        return parseUnits(env[name], env.ASSET_DECIMALS)
      } catch {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `has more places than ${env.ASSET_DECIMALS}`,
        })
        return 0n
      }
    }
    const place = placeOf(env.SIGNER_URL)
    if (!place)
      context.addIssue({
        ...{ code: 'custom', path: ['SIGNER_URL'] },
        message: 'must be unix:/path/to/socket, or http:// with a port of the loopback',
      })
    else if (!('path' in place) && !env.SIGNER_TOKEN)
      context.addIssue({ code: 'custom', path: ['SIGNER_TOKEN'], message: 'is needed on a port' })
    const policy: Policy = {
      ...{ chainId: env.CHAIN_ID, vault: env.VAULT_ADDRESS },
      maxFeePerGas: parseUnits(env.SIGNER_MAX_FEE_GWEI, 'gwei'),
      perTransaction: units('SIGNER_MAX_PER_TRANSACTION'),
      perDay: units('SIGNER_MAX_PER_DAY'),
      authorisedBefore: units('SIGNER_AUTHORISED_BEFORE'),
    }
    return { ...env, policy, place: place as SignerPlace }
  })

export type SignerConfig = z.infer<typeof environment>

/** The signer's configuration. Throws with faults named, and without any value, when a variable makes no sense. */
export function signerConfigFrom(env: Record<string, string | undefined>): SignerConfig {
  const parsed = environment.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  )
  if (!parsed.success) throw new Error(`bad environment:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}
