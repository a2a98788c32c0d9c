import { z } from 'zod'
import { Address, AmountOut } from '../http/schemas.ts'

const Bps = z.int().meta({ minimum: 0, maximum: 10_000 })

export const NetworkSchema = z
  .object({
    name: z.string(),
    auth: z
      .object({ domain: z.string(), uri: z.string() })
      .meta({ description: 'What a sign-in message must be addressed to.' }),
    node: z.object({ publicKey: z.string() }).meta({
      description: 'What this node signs archives with: Ed25519 (RFC 8032), 32 bytes in hex.',
    }),
    chain: z.object({
      id: z.int(),
      vault: Address,
      rpcUrl: z.string().optional().meta({ description: 'A node that anybody may ask.' }),
      explorerUrl: z.string().optional().meta({
        description: 'Shows a transaction at `/tx/{hash}`, an address at `/address/{address}` (EIP-3091).',
      }),
    }),
    asset: z.object({ symbol: z.string(), address: Address, decimals: z.int() }),
    rates: z.object({ like: AmountOut, read: AmountOut, comment: AmountOut, repost: AmountOut }),
    shareBps: Bps,
    split: z.object({ viewer: Bps, budget: Bps, author: Bps, platform: Bps }),
    fees: z.object({ tipBps: Bps, clearingBps: Bps }),
    periodSeconds: z.int(),
    holds: z.object({ normal: z.int(), young: z.int(), views: z.int() }),
    minWithdrawal: AmountOut,
    faucet: z
      .boolean()
      .meta({ description: 'Whether there is `POST /v1/dev/faucet`: on the embedded chain only.' }),
  })
  .meta({ id: 'Network' })
