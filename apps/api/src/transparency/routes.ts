import { transparency } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Time } from '../http/schemas.ts'

const TransparencyAnswer = z
  .object({
    reserves: AmountOut.meta({ description: 'What the vault holds, as booked up to `block`.' }),
    liabilities: AmountOut.meta({ description: 'What members and the platform are owed.' }),
    surplus: AmountOut.meta({ description: 'Tokens in the vault that nobody is owed.' }),
    inFlight: AmountOut.meta({ description: 'Payouts of an epoch that is not settled yet.' }),
    block: z.int().nullable().meta({ description: 'The last final block that is booked.' }),
    asOf: Time,
    epoch: z.int().nullable().meta({ description: 'The latest settled epoch.' }),
  })
  .meta({ id: 'Transparency' })

/** The books in sums: reserves = liabilities + inFlight + surplus. Anybody may compare `reserves` with the chain. */
export async function transparencyRoutes(app: App, { db }: Deps): Promise<void> {
  app.get(
    '/transparency',
    operation({
      id: 'getTransparency',
      summary: 'Is the money there?',
      description:
        "Reserves equal liabilities, payouts in flight and surplus. Compare `reserves` with the vault's token balance at `block`.",
      tag: 'transparency',
      session: 'none',
      answers: { 200: TransparencyAnswer },
    }),
    async () => {
      const now = await transparency(db.pool)
      return {
        reserves: formatAmount(now.reserves),
        liabilities: formatAmount(now.liabilities),
        surplus: formatAmount(now.surplus),
        inFlight: formatAmount(now.inFlight),
        block: now.block === null ? null : Number(now.block),
        asOf: now.asOf.toISOString(),
        epoch: now.epoch,
      }
    },
  )
}
