import { z } from 'zod'
import { Address, Id, Time, text } from '../http/schemas.ts'

const HANDLE = /^[a-z0-9][a-z0-9_-]{2,29}$/

export const Handle = z
  .string()
  .regex(HANDLE, 'must have 3 to 30 characters: a-z, 0-9, _ and -, the first one a letter or digit')

const member = {
  id: Id,
  address: Address,
  handle: z.string().nullable(),
  displayName: z.string(),
  bio: z.string(),
  createdAt: Time,
  counts: z.object({ followers: z.int(), following: z.int(), posts: z.int() }),
}

export const MemberSchema = z.object(member).meta({ id: 'Member' })

export const MemberViewerSchema = z.object({
  following: z.boolean().meta({ description: 'You follow them.' }),
  followedBy: z.boolean().meta({ description: 'They follow you.' }),
  muted: z.boolean().meta({ description: 'You muted them.' }),
  blocked: z.boolean().meta({ description: 'You blocked them. Whether they blocked you is not said.' }),
  splitConsent: z.boolean().meta({ description: 'They may name you in the splits of new posts.' }),
})

export const ProfileSchema = z
  .object({
    ...member,
    viewer: MemberViewerSchema.nullable().meta({
      description: 'How you stand to them; null without a session, and for yourself.',
    }),
  })
  .meta({ id: 'Profile' })

export const ProfileChangeSchema = z.strictObject({
  handle: Handle.nullable().optional(),
  displayName: text({ max: 50 }).optional(),
  bio: text({ max: 500 }).optional(),
})

export const MemberParams = z.strictObject({
  id: z.string().meta({ description: "A member's id, handle or address." }),
})

export const ExitSecretSchema = z
  .object({
    exitSecret: z
      .string()
      .meta({ description: 'Opens your own leaf in the published leaf files; 0x and 64 hex digits.' }),
  })
  .describe('Your exit secret.')

export const MembersQuery = z.strictObject({
  ids: z.string().optional().meta({ description: 'Up to 100 ids, separated by commas.' }),
  addresses: z
    .string()
    .optional()
    .meta({ description: 'Instead of `ids`: up to 100 addresses, in any case, separated by commas.' }),
})
