import { isId, type Pool } from '@rivulet/db'
import { getAddress } from 'ethers'
import { COLUMNS, type MemberRow } from './store.ts'

/** Members by their ids, in the order asked for; who is not there is left out. */
export const membersByIds = (pool: Pool, ids: readonly string[]): Promise<MemberRow[]> =>
  inOrder(pool, 'id', ids.filter(isId))

/** Members by their addresses, in any case, in the order asked for; who is not there is left out. */
export const membersByAddresses = (pool: Pool, addresses: readonly string[]): Promise<MemberRow[]> =>
  inOrder(
    pool,
    'address',
    addresses
      .filter((address) => /^0x[0-9a-fA-F]{40}$/.test(address))
      .map((address) => getAddress(address.toLowerCase())),
  )

async function inOrder(pool: Pool, column: 'id' | 'address', wanted: string[]): Promise<MemberRow[]> {
  if (wanted.length === 0) return []
  const found = await pool.query<MemberRow>({
    name: `members-by-${column}`,
    text: `select ${COLUMNS} from members where ${column} = any($1::${column === 'id' ? 'uuid' : 'text'}[])`,
    values: [wanted],
  })
  const byName = new Map(found.rows.map((row) => [row[column], row]))
  return [...new Set(wanted)].flatMap((name) => byName.get(name) ?? [])
}
