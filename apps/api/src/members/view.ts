import type { z } from 'zod'
import { etagOf } from '../http/conditional.ts'
import type { MemberSchema } from './schemas.ts'
import type { MemberRow } from './store.ts'
import type { MemberViewer } from './viewer.ts'

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

/**
 * The entity tag of a profile: of what its owner can change, and of how its reader stands to them. Counts move without
 * it. To whom nothing connects with the member it is the same as to nobody, and to the member.
 */
export function profileTag(row: MemberRow, viewer: MemberViewer | null = null): string {
  const stands = Object.entries(viewer ?? {}).flatMap(([name, is]) => (is ? [name] : []))
  return etagOf([row.id, row.handle, row.display_name, row.bio, ...stands])
}
