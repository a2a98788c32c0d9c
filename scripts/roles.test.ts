import { spawnSync } from 'node:child_process'
import { createPool, withTransaction } from '@rivulet/db'
import { ensureMember } from '@rivulet/economy'
import { testDatabase } from '@rivulet/stack'
import { afterAll, expect, test } from 'vitest'

const database = await testDatabase()
const pool = createPool(database.url)
afterAll(async () => {
  await pool.end()
  await database.close()
})

function roles(...args: string[]) {
  const env = { ...process.env, DATABASE_URL: database.url }
  const { status, stdout, stderr } = spawnSync('node', ['scripts/roles.ts', ...args], {
    env,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

test('the operator gives mia a role by her handle, takes it by her address, and each is in the audit log once', async () => {
  const id = (await withTransaction(pool, (tx) => ensureMember(tx, [address]))).get(address)
  await pool.query(`update members set handle = 'mia', skeleton = handle_skeleton('mia') where id = $1`, [id])
  const grant = ['grant', '--member', 'mia', '--role', 'moderator']
  expect(roles(...grant)).toEqual({ status: 0, said: `${id} is moderator\n` })
  expect(roles(...grant)).toEqual({ status: 0, said: `${id} is moderator, as before\n` })
  expect(roles('list')).toEqual({
    status: 0,
    said: expect.stringMatching(new RegExp(`^moderator ${id} ${address} mia .*\n$`)),
  })
  const revoke = ['revoke', '--member', address.toLowerCase(), '--role', 'moderator']
  expect(roles(...revoke)).toEqual({ status: 0, said: `${id} is no moderator\n` })
  expect(roles('list')).toEqual({ status: 0, said: '' })
  const { rows } = await pool.query('select act, role, actor_id, before, after from audit_log order by id')
  expect(rows).toEqual([
    { act: 'role.grant', role: 'operator', actor_id: null, before: null, after: { role: 'moderator' } },
    { act: 'role.revoke', role: 'operator', actor_id: null, before: { role: 'moderator' }, after: null },
  ])
  expect(roles('grant', '--member', 'nobody', '--role', 'admin')).toMatchObject({
    ...{ status: 1, said: expect.stringContaining('nobody') },
  })
})

test.each([
  [[]],
  [['grant', '--member', 'mia', '--role', 'king']],
  [['grant', '--role', 'admin']],
  [['list', 'all']],
  [['--who', 'mia']],
])('%j is no way to ask', (args) => {
  expect(roles(...args)).toMatchObject({ status: 2 })
})
