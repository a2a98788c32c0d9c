import { newId } from '@rivulet/db'
import { getAddress, hexlify, randomBytes } from 'ethers'
import type { Deps } from '../src/deps.ts'

/** Members who never do anything: their ids, oldest first. */
export async function crowd({ db }: Deps, size: number): Promise<string[]> {
  const ids = Array.from({ length: size }, newId).sort()
  await db.pool.query(
    `insert into members (id, address, exit_secret)
     select id, address, decode(repeat('00', 32), 'hex') from unnest($1::uuid[], $2::text[]) new (id, address)`,
    [ids, ids.map(() => getAddress(hexlify(randomBytes(20))))],
  )
  return ids
}
