import type { Pool } from '@rivulet/db'
import type { Slice } from '../lists/list.ts'
import { COLUMNS, type MemberRow } from '../members/store.ts'

const FIRST = '00000000-0000-0000-0000-000000000000'

/** Whom a member has blocked, in the order in which they became members. */
export async function blockedBy(pool: Pool, blockerId: string, { after, take }: Slice): Promise<MemberRow[]> {
  const found = await pool.query<MemberRow>({
    name: 'blocked-by',
    text: `select ${COLUMNS} from blocks join members on id = blocked_id
           where blocker_id = $1 and blocked_id > $2 order by blocked_id limit $3`,
    values: [blockerId, after ?? FIRST, take],
  })
  return found.rows
}
