import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { AmountIn, AmountOut, Id, Time, TimeIn, text } from '../http/schemas.ts'
import { SCOPES } from '../http/scopes.ts'
import { MOST_IPS, readAllowedIp } from './allowed-ips.ts'
import { GRACE_SECONDS, MOST_GRACE_SECONDS } from './rotate.ts'
import { type KeyRow, MOST_DAYS } from './store.ts'

const Scopes = z.array(z.enum(SCOPES)).max(SCOPES.length)

const AllowedIp = z
  .string()
  .max(49, 'must be an address or a CIDR block')
  .refine(
    (one) => readAllowedIp(one) !== undefined,
    'must be an IPv4 or IPv6 address or a CIDR block, e.g. 203.0.113.7 or 2001:db8::/32',
  )
  .meta({ examples: ['203.0.113.7', '2001:db8::/32'] })

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
    expiresAt: TimeIn.optional().meta({
      description: `Ahead, and by ${MOST_DAYS} days at most. Without one it goes on until it is revoked.`,
    }),
    allowedIps: z
      .array(AllowedIp)
      .min(1, 'must name at least one; leave it out for a key that may be used from anywhere')
      .max(MOST_IPS)
      .optional()
      .meta({
        description:
          'IPv4 and IPv6 addresses and CIDR blocks it may be used from. An IPv4-mapped IPv6 address is an IPv4 address.',
      }),
  })
  .meta({ id: 'NewApiKey' })

export const RotationSchema = z
  .strictObject({
    graceSeconds: z.int().min(0).max(MOST_GRACE_SECONDS).default(GRACE_SECONDS).meta({
      description: 'How long the secrets before go on at most. With 0 they end at once.',
    }),
  })
  .meta({ id: 'KeyRotation' })

const fields = {
  id: Id,
  name: z.string(),
  scopes: Scopes,
  dailySpendLimit: AmountOut.nullable(),
  allowedIps: z.array(z.string()).nullable().meta({ description: 'Null: from anywhere.' }),
  createdAt: Time,
  expiresAt: Time.nullable(),
}

export const MadeKeySchema = z
  .object({
    ...fields,
    key: z.string().meta({ description: 'Told this once. Send it as `Authorization: Bearer …`.' }),
  })
  .meta({ id: 'MadeApiKey' })

const formerEndsAt = Time.nullable().meta({
  description: 'When the last of the secrets before that still go on ends; null when none does.',
})

export const RotatedKeySchema = MadeKeySchema.extend({ formerEndsAt }).meta({ id: 'RotatedApiKey' })

export const KeySchema = z
  .object({
    ...fields,
    spentToday: AmountOut.meta({ description: 'What left `available` by it today (UTC).' }),
    revokedAt: Time.nullable(),
    lastUsedAt: Time.nullable().meta({ description: 'Give or take a minute; null: never.' }),
    formerEndsAt,
  })
  .meta({ id: 'ApiKey' })

export function keyView(row: KeyRow): z.infer<typeof KeySchema> {
  return {
    ...{ id: row.id, name: row.name, scopes: row.scopes },
    dailySpendLimit: row.dailySpendLimit === null ? null : formatAmount(row.dailySpendLimit),
    allowedIps: row.allowedIps.length > 0 ? row.allowedIps : null,
    spentToday: formatAmount(row.spentToday),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    formerEndsAt: row.formerEndsAt?.toISOString() ?? null,
  }
}
