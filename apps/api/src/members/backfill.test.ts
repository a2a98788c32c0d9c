import { readFileSync } from 'node:fs'
import { createPool, withTransaction } from '@rivulet/db'
import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { changeProfile } from './change-profile.ts'

const { app, deps, database } = await world()

const migration = readFileSync(
  new URL('../../../../prisma/migrations/20261128004100_people/migration.sql', import.meta.url),
  'utf8',
)
const backfill = migration.slice(
  migration.indexOf('-- Of those that look alike'),
  migration.indexOf('CREATE UNIQUE INDEX "members_skeleton_key"'),
)

test('handles from before: the oldest of those that look alike has the skeleton, all keep their handles', async () => {
  const ids = await crowd(deps, 5)
  const handles = ['river', 'r1ver', 'rlver', 'meadow', null]
  const owner = createPool(database.adminUrl, { max: 1 })
  try {
    await owner.query(
      'update members set handle = new.handle from unnest($1::uuid[], $2::text[]) new (id, handle) where members.id = new.id',
      [ids, handles],
    )
    await owner.query(backfill)
  } finally {
    await owner.end()
  }
  const { rows } = await deps.db.pool.query(
    'select handle, skeleton from members where id = any($1::uuid[]) order by id',
    [ids],
  )
  expect(rows.map((row) => [row.handle, row.skeleton])).toEqual([
    ['river', 'rlver'],
    ['r1ver', null],
    ['rlver', null],
    ['meadow', 'rneaclovv'],
    [null, null],
  ])
  const kept = await deps.db.pool.query('select handle, member_id from kept_handles')
  expect(kept.rows).toEqual([{ handle: 'r1ver', member_id: ids[1] }])

  // The first may write it otherwise, but not as another of them has it.
  const first = (handle: string) =>
    withTransaction(deps.db.pool, (tx) => changeProfile(tx, { memberId: ids[0]!, change: { handle } }))
  expect(await first('rlver')).toEqual({ ok: false, code: 'handle_taken' })
  expect(await first('river_')).toMatchObject({ ok: true, member: { handle: 'river_' } })

  // The first gives it up: a stranger gets none of them, not even when 30 days have passed.
  const stranger = await person(app)
  await deps.db.pool.query('update members set handle = null, skeleton = null where id = $1', [ids[0]])
  for (const handle of ['river', 'r1ver', 'rlver']) {
    const refused = await stranger.patch('/v1/me', { handle })
    expect([handle, refused.status]).toEqual([handle, 409])
  }
})
