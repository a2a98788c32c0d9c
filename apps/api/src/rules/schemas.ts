import type { RuleVersion } from '@rivulet/economy'
import { z } from 'zod'
import { AmountOut, Time } from '../http/schemas.ts'

const Bps = z.int().meta({ minimum: 0, maximum: 10_000 })
const Each = <T extends z.ZodType>(of: T) => z.object({ like: of, read: of, comment: of, repost: of })

export const RulesAnswer = z
  .object({
    version: z.int().meta({ description: 'Receipts name it.' }),
    since: Time.meta({ description: 'In force from then on.' }),
    weights: Each(z.int()).meta({
      description: "What an act weighs when what is left of a budget is split at a period's close.",
    }),
    rates: Each(AmountOut).meta({ description: 'Instant credits.' }),
    shareBps: Bps.meta({ description: 'Of a credit, to who shared the post with the actor.' }),
    split: z.object({ viewer: Bps, budget: Bps, author: Bps, platform: Bps }),
    fees: z.object({ tipBps: Bps, clearingBps: Bps }),
    periodSeconds: z.int(),
    holds: z.object({ normal: z.int(), young: z.int(), views: z.int() }),
    youngSeconds: z
      .int()
      .meta({ description: 'A payer or receiver younger than this makes the hold `young`.' }),
    views: z.object({
      minMs: z.int(),
      tokenSeconds: z.int(),
      viewerAgeSeconds: z.int(),
      viewerDeposit: AmountOut,
      perDay: z.int(),
      perCampaignDay: z.int(),
    }),
    grants: z
      .object({ amount: AmountOut, perMember: AmountOut, perDay: AmountOut, total: AmountOut })
      .meta({ description: 'Off while one of them is 0.' }),
    idleCloses: z.int(),
  })
  .meta({ id: 'Rules' })

export function presentRules({ version, since, rules }: RuleVersion): z.infer<typeof RulesAnswer> {
  return { version, since: since.toISOString(), ...rules }
}
