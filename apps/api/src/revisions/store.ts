import type { Pool } from '@rivulet/db'
import type { Slice } from '../lists/list.ts'
import { LOCKED } from '../posts/store.ts'

export type RevisionRow = { revision: number; title: string | null; created_at: Date }
export type RevisionTextRow = RevisionRow & { locked: boolean; text: string | null }

/** What a post ($2) says and has said. */
const REVISIONS = `
  select p.id, p.revision, p.title, p.text, coalesce(p.edited_at, p.created_at) as created_at
  from posts p where p.id = $2::uuid and p.deleted_at is null
  union all
  select r.post_id, r.revision, r.title, r.text, r.created_at
  from post_revisions r join posts p on p.id = r.post_id and p.deleted_at is null where r.post_id = $2::uuid`

/** The revisions of a post, newest first, without their texts. Of a note there is one. */
export async function revisionsOf(
  pool: Pool,
  postId: string,
  { after, take }: Slice,
): Promise<RevisionRow[]> {
  const found = await pool.query<RevisionRow>({
    name: 'revisions-of',
    text: `select revision, title, created_at from (${REVISIONS}) r
           where revision < $1::int order by revision desc limit $3`,
    values: [after ?? 2 ** 31 - 1, postId, take],
  })
  return found.rows
}

/** A revision with its text, which is locked for whom the post's is. */
export async function revisionText(
  pool: Pool,
  { postId, revision, viewerId }: { postId: string; revision: number; viewerId: string | null },
): Promise<RevisionTextRow | undefined> {
  const found = await pool.query<RevisionTextRow>({
    name: 'revision-text',
    text: `select r.revision, r.title, r.created_at, held.locked, case when not held.locked then r.text end as text
           from (${REVISIONS}) r join posts p on p.id = r.id
           cross join lateral (select ${LOCKED} as locked) held
           where r.revision = $3::int`,
    values: [viewerId, postId, revision],
  })
  return found.rows[0]
}
