import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Answer, call, type Person, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'
import { skeletonOf } from './skeleton.ts'

const { app, deps, database } = await world()
const [alice, bob, mallory] = [await person(app), await person(app), await person(app)]

const takes = (who: Person, handle: string | null) => who.patch('/v1/me', { handle })
const outcome = ({ status, body }: Answer) => (status === 200 ? body.handle : `${status} ${body.code}`)
const days = (n: number) =>
  asOwner(database.adminUrl, `update kept_handles set until = until - interval '${n} days'`)

test.each([
  ['billy', ['bi11y', 'b1lly', 'blliy']],
  ['good_dog', ['g00d_dog', 'good-dog', 'good__dog', 'goocl_clog_']],
  ['summer', ['surnrner', 'surnmer', 'summer_', 'summer__', 'summer-']],
  ['willow', ['vvillow', 'wil1ovv', 'vvi110vv-']],
])('somebody has %s: mallory gets none of what looks like it', async (handle, lookalikes) => {
  const carol = await person(app)
  expect(outcome(await takes(carol, handle))).toBe(handle)
  for (const name of lookalikes)
    expect([name, outcome(await takes(mallory, name))]).toEqual([name, '409 handle_confusable'])
  expect(outcome(await takes(mallory, handle))).toBe('409 handle_taken')
})

test('who has a handle may write it otherwise, and nobody gets the old way of writing it', async () => {
  for (const handle of ['river', 'rlver', 'river_']) expect(outcome(await takes(alice, handle))).toBe(handle)
  for (const handle of ['river', 'r1ver']) expect(outcome(await takes(bob, handle))).toMatch(/^409 handle_/)
  expect(outcome(await takes(alice, 'river'))).toBe('river')
})

test('what speaks for the network is for nobody, in any spelling', async () => {
  for (const handle of [
    ...['admin', 'root', 'support', 'rivulet', 'security', 'api', 'null', 'undefined', 'everyone', 'here'],
    ...['moderator', 'staff', 'system', 'treasury', 'vault', 'help', 'about', 'www'],
    ...['adm1n', 'aclrnin', 'r00t', 'rivu1et', 'rivulet_', 'vvvvvv', 'staff--'],
  ]) {
    const answer = await takes(mallory, handle)
    expect([handle, answer.status, answer.body.code]).toEqual([handle, 422, 'handle_reserved'])
  }
  expect(outcome(await takes(mallory, 'administrator_bob'))).toBe('administrator_bob')
})

test("a handle that was given up is its former owner's for 30 days", async () => {
  const [carol, dave] = [await person(app), await person(app)]
  await takes(carol, 'estuary')
  await takes(carol, 'delta')
  expect(outcome(await takes(dave, 'estuary'))).toBe('409 handle_taken')
  expect(outcome(await takes(dave, 'estuary_'))).toBe('409 handle_confusable')
  expect((await call(app, 'GET', '/v1/members/estuary')).status).toBe(404)
  await days(29)
  expect(outcome(await takes(dave, 'estuary'))).toBe('409 handle_taken')
  expect(outcome(await takes(carol, 'estuary'))).toBe('estuary')
  expect(outcome(await takes(dave, 'delta'))).toBe('409 handle_taken')
  expect(outcome(await takes(carol, null))).toBeNull()
  await days(30)
  for (const handle of ['estuary', 'delta']) expect(outcome(await takes(dave, handle))).toBe(handle)
  // It is dave who keeps it now.
  expect(outcome(await takes(carol, 'estuary'))).toBe('409 handle_taken')
})

test('nobody keeps more than five', async () => {
  const erin = await person(app)
  for (let i = 0; i < 6; i++)
    expect(outcome(await takes(erin, `pond_${'abcdef'[i]}`))).toBe(`pond_${'abcdef'[i]}`)
  const refused = await takes(erin, 'pond_g')
  expect(outcome(refused)).toBe('409 too_many_handles')
  expect(refused.body.detail).toContain('30 days')
  expect(outcome(await takes(erin, null))).toBe('409 too_many_handles')
  expect(outcome(await takes(erin, 'pond_a'))).toBe('pond_a')
  await days(30)
  expect(outcome(await takes(erin, 'pond_g'))).toBe('pond_g')
})

test('of ten who want what looks alike at once one gets it', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => person(app)))
  const answers = await Promise.all(
    people.map((p, i) => takes(p, i % 2 ? 'torrent0' : `torrent${'o'.padEnd(i, '_')}`)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)])
})

test('a handle that is given up while somebody asks for it is not theirs, and who swap do not wait for ever', async () => {
  const [carol, dave] = [await person(app), await person(app)]
  await takes(carol, 'here_and_now')
  await takes(dave, 'there_and_then')
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all([
      takes(carol, 'there_and_then'),
      takes(dave, 'here_and_now'),
      takes(bob, 'here_and_now'),
    ])
    expect(answers.map(outcome)).toEqual(Array(3).fill('409 handle_taken'))
  }
  const [left, taken] = await Promise.all([takes(carol, null), takes(dave, 'here_and_now')])
  expect([outcome(left!), outcome(taken!)]).toEqual([null, '409 handle_taken'])
})

const handle = fc.string({ unit: fc.constantFrom(...'abcdilmnorvwxz01289_-'), minLength: 1, maxLength: 30 })

test('the database has the same rule, and refuses every other skeleton', async () => {
  const handles = fc.sample(handle, 2_000)
  const { rows } = await deps.db.pool.query<{ handle: string; skeleton: string }>(
    'select handle, handle_skeleton(handle) as skeleton from unnest($1::text[]) handle',
    [handles],
  )
  expect(rows).toHaveLength(2_000)
  for (const row of rows) expect([row.handle, skeletonOf(row.handle)]).toEqual([row.handle, row.skeleton])
  await expect(
    deps.db.pool.query(`update members set skeleton = 'another' where id = $1`, [alice.id]),
  ).rejects.toThrow('members_skeleton_check')
})

test('_ and - at the end, however many, change nothing', () => {
  fc.assert(
    fc.property(handle, fc.stringMatching(/^[_-]{1,5}$/), (name, tail) => {
      expect(skeletonOf(name + tail)).toBe(skeletonOf(name))
    }),
  )
})

test('what is put in for a look-alike looks alike, wherever it stands', () => {
  const pairs = [
    ['l', '1'],
    ['i', 'l'],
    ['0', 'o'],
    ['rn', 'm'],
    ['vv', 'w'],
    ['cl', 'd'],
    ['-', '_'],
  ] as const
  fc.assert(
    fc.property(handle, handle, fc.constantFrom(...pairs), (before, after, [one, other]) => {
      expect(skeletonOf(`${before}${one}${after}`)).toBe(skeletonOf(`${before}${other}${after}`))
    }),
  )
})
