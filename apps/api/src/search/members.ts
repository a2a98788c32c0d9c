import type { Pool } from '@rivulet/db'
import { notBlocked } from '../blocks/shown.ts'
import type { Slice } from '../lists/list.ts'
import { COLUMNS, type MemberRow } from '../members/store.ts'
import { FIRST } from '../posts/store.ts'

/** A member, and how much their names are like what was asked for: 0 to 1, and one more for the handle itself. */
export type FoundMember = MemberRow & { score: number }

/** The key of a row, for the cursor behind it. */
export const keyOf = ({ score, id }: FoundMember): string => `${score} ${id}`

/**
 * Members whose handle or display name has a part that is like the query, by shared trigrams (pg_trgm): the most alike
 * first, and of the same likeness who became a member first. Nobody who is suspended or deleted, or of a blocked pair.
 */
export async function searchMembers(
  pool: Pool,
  query: string,
  { viewerId, after, take }: Slice & { viewerId: string | null },
): Promise<FoundMember[]> {
  const [score, id] = after?.split(' ') ?? ['3', FIRST]
  const found = await pool.query<FoundMember>({
    name: 'search-members',
    text: `select ${COLUMNS}, found.score
           from (select m.id, (word_similarity(folded($2), m.search_name)
                               + (m.handle is not distinct from folded($2))::int)::real as score
                 from members m
                 where folded($2) <% m.search_name
                   and m.suspended_at is null and m.deleted_at is null and ${notBlocked('m.id')}) found
             join members on members.id = found.id
           where found.score < $3::real or (found.score = $3::real and found.id > $4)
           order by found.score desc, found.id limit $5`,
    values: [viewerId, query.trim().replace(/^@/, ''), score, id, take],
  })
  return found.rows
}
