import { z } from 'zod'
import { Id, Time } from '../http/schemas.ts'
import type { SessionRow } from './store.ts'

export const SessionItemSchema = z
  .object({
    id: Id,
    createdAt: Time,
    lastUsedAt: Time.meta({ description: 'Give or take a minute.' }),
    expiresAt: Time,
    userAgent: z
      .string()
      .nullable()
      .meta({ description: 'What the client called itself at the sign-in, cut to 200 characters.' }),
    current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
  })
  .meta({ id: 'SessionItem' })

/** @param own the session that asks */
export function sessionView(row: SessionRow, own: string | null): z.infer<typeof SessionItemSchema> {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    userAgent: row.userAgent,
    current: row.id === own,
  }
}
