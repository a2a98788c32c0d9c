import { isId, type Pool, type Tx } from '@rivulet/db'
import { getAddress } from 'ethers'
import { Handle } from './schemas.ts'

export type MemberRow = {
  id: string
  address: string
  handle: string | null
  display_name: string
  bio: string
  created_at: Date
  followers_count: number
  following_count: number
  posts_count: number
}

export const COLUMNS = `members.id, address, handle, display_name, bio, members.created_at, followers_count, following_count, posts_count`

type Queryable = Pick<Pool | Tx, 'query'>

export async function memberById(db: Queryable, id: string): Promise<MemberRow | undefined> {
  return one(db, 'member-by-id', 'id', id)
}

/** A member by id, handle or address (any case); the three cannot be mistaken for each other. */
export async function findMember(db: Queryable, name: string): Promise<MemberRow | undefined> {
  if (isId(name)) return memberById(db, name)
  if (/^0x[0-9a-fA-F]{40}$/.test(name))
    return one(db, 'member-by-address', 'address', getAddress(name.toLowerCase()))
  if (Handle.safeParse(name).success) return one(db, 'member-by-handle', 'handle', name)
  return undefined
}

async function one(
  db: Queryable,
  statement: string,
  column: 'id' | 'address' | 'handle',
  value: string,
): Promise<MemberRow | undefined> {
  const found = await (db as Pool).query<MemberRow>({
    name: statement,
    text: `select ${COLUMNS} from members where ${column} = $1 and deleted_at is null`,
    values: [value],
  })
  return found.rows[0]
}
