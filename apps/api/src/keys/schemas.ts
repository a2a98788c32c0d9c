import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { AmountIn, AmountOut, Id, Time, TimeIn, text } from '../http/schemas.ts'
import { SCOPES } from '../http/scopes.ts'
import type { KeyRow } from './store.ts'

const Scopes = z.array(z.enum(SCOPES)).max(SCOPES.length)

export const NewKeySchema = z
  .strictObject({
    name: text({ min: 1, max: 100 }).meta({ description: 'For you: which bot or device it is.' }),
    scopes: Scopes.refine((all) => new Set(all).size === all.length, 'must not name a scope twice').meta({
      description:
        '`read`: looking. `post`: publishing and deleting. `act`: likes, reads, reposts, follows, blocks. `pay`: what ' +
        'leaves `available`, and what is done with it. No key withdraws.',
    }),
    dailySpendLimit: AmountIn.optional().meta({
      description: 'What may leave `available` by it on a day (UTC). Without one there is no limit.',
    }),
    expiresAt: TimeIn.optional(),
  })
  .meta({ id: 'NewApiKey' })

const fields = {
  id: Id,
  name: z.string(),
  scopes: Scopes,
  dailySpendLimit: AmountOut.nullable(),
  createdAt: Time,
  expiresAt: Time.nullable(),
}

export const MadeKeySchema = z
  .object({
    ...fields,
    key: z.string().meta({ description: 'Told this once. Send it as `Authorization: Bearer …`.' }),
  })
  .meta({ id: 'MadeApiKey' })

export const KeySchema = z
  .object({
    ...fields,
    spentToday: AmountOut.meta({ description: 'What left `available` by it today (UTC).' }),
    revokedAt: Time.nullable(),
  })
  .meta({ id: 'ApiKey' })

export function keyView(row: KeyRow): z.infer<typeof KeySchema> {
  return {
    ...{ id: row.id, name: row.name, scopes: row.scopes },
    dailySpendLimit: row.dailySpendLimit === null ? null : formatAmount(row.dailySpendLimit),
    spentToday: formatAmount(row.spentToday),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}
