import { createPool, newId } from '@rivulet/db'
import { testDatabase } from '@rivulet/stack'
import { expect, test } from 'vitest'
import { createUses } from './uses.ts'

const somebody = () => ({ memberId: newId(), address: '0x', sessionId: newId() })

test('a database that does not answer costs the note and nothing else', async () => {
  const nowhere = createPool('postgresql://nobody@127.0.0.1:9/none', { max: 1 })
  const failures: unknown[] = []
  const uses = createUses(nowhere, (error) => failures.push(error))
  await uses.drain()
  expect(failures).toEqual([])
  uses.note(somebody())
  uses.note(somebody())
  await uses.drain()
  expect(failures).toHaveLength(1)
  await uses.drain()
  expect(failures).toHaveLength(1)
  await nowhere.end()
})

test('what is noted of two thousand sessions is written for each, in whichever statement', async () => {
  const { url, adminUrl, close } = await testDatabase()
  const [pool, owner] = [createPool(url, { max: 2 }), createPool(adminUrl, { max: 1 })]
  try {
    const ids = Array.from({ length: 2_000 }, () => newId())
    await owner.query(`insert into members (id, address, exit_secret) values ($1, '0x', '\\x00')`, [ids[0]])
    await owner.query(
      `insert into sessions (id, member_id, token_hash, created_at, expires_at)
       select id, $1, sha256(id::text::bytea), now() - interval '1 hour', now() + interval '1 hour'
       from unnest($2::uuid[]) id`,
      [ids[0], ids],
    )
    const uses = createUses(pool, (error) => expect.fail(String(error)))
    for (const id of ids) uses.note({ ...somebody(), sessionId: id })
    await uses.drain()
    const written = 'select count(*)::int as n from sessions where last_used_at is not null'
    expect((await pool.query(written)).rows[0].n).toBe(2_000)
  } finally {
    await Promise.all([pool.end(), owner.end()])
    await close()
  }
})
