import type { z } from 'zod'
import { etagOf } from '../http/conditional.ts'
import type { MemberSchema } from './schemas.ts'
import type { MemberRow } from './store.ts'

/** A member as everybody sees them. */
export function memberView(row: MemberRow): z.infer<typeof MemberSchema> {
  return {
    id: row.id,
    address: row.address,
    handle: row.handle,
    displayName: row.display_name,
    bio: row.bio,
    createdAt: row.created_at.toISOString(),
    counts: { followers: row.followers_count, following: row.following_count, posts: row.posts_count },
  }
}

/** The entity tag of a profile: of what its owner can change. Counts move without it. */
export function profileTag(row: MemberRow): string {
  return etagOf([row.id, row.handle, row.display_name, row.bio])
}
