import type { Pool } from '@rivulet/db'
import type { z } from 'zod'
import type { MemberViewerSchema } from './schemas.ts'

/** How one who reads a profile stands to its member. */
export type MemberViewer = z.infer<typeof MemberViewerSchema>

/** What the two have said of each other, as far as the one who reads may know. Each part is read by its primary key. */
export async function memberViewer(pool: Pool, viewerId: string, memberId: string): Promise<MemberViewer> {
  const { rows } = await pool.query<MemberViewer>({
    name: 'member-viewer',
    text: `select
             exists (select from follows where follower_id = $1 and followee_id = $2) as "following",
             exists (select from follows where follower_id = $2 and followee_id = $1) as "followedBy",
             exists (select from mutes where muter_id = $1 and muted_id = $2) as "muted",
             exists (select from blocks where blocker_id = $1 and blocked_id = $2) as "blocked",
             exists (select from split_consents where member_id = $1 and author_id = $2) as "splitConsent"`,
    values: [viewerId, memberId],
  })
  return rows[0]!
}
