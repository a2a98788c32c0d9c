import { createPool } from '@rivulet/db'
import { afterAll, expect, test } from 'vitest'
import { acts, withRole } from '../../test/moderators.ts'
import { type Person, person } from '../../test/people.ts'
import { endWithTheFile, start, until } from '../../test/process.ts'
import { asOwner, world } from '../../test/world.ts'

/*
 * The process is killed while moderators act: held at one of the rows an action writes, or at its COMMIT, and then
 * SIGKILL. What was not committed never was, and is done by the same request sent again; what was is not done twice.
 */

const { app, deps, database } = await world()
endWithTheFile()
const owner = createPool(database.adminUrl, { max: 3 })
afterAll(() => owner.end())
// One for each deed: none waits for another.
const [mia, max, ada] = [
  await withRole(app, deps, 'moderator'),
  await withRole(app, deps, 'moderator'),
  await withRole(app, deps, 'admin'),
]

/** Something a moderator does, and what it leaves. */
type Deed = {
  who: Person
  path: string
  body: object
  key?: string
  /** Rows of actions, of the audit log and of notifications, and whether it took effect. */
  left(): Promise<{ actions: number; audit: number; told: number; done: boolean }>
  /** The same when all of it is there. */
  whole: { actions: number; audit: number; told: number; done: true }
}

const NOTHING = { actions: 0, audit: 0, told: 0, done: false }

async function leftOf(ids: string[], member: Person, before: number, done: string) {
  const count = async (sql: string, values: unknown[]) => Number((await owner.query(sql, values)).rows[0].n)
  const audit = 'select count(*) as n from audit_log where subject_id = any($1::uuid[])'
  const told = `select count(*) as n from notifications where member_id = $1 and kind = 'moderation'`
  return {
    actions: await count('select count(*) as n from moderation_actions where subject_id = any($1::uuid[])', [
      ids,
    ]),
    audit: await count(audit, [ids]),
    told: (await count(told, [member.id])) - before,
    done: (await owner.query(done, [ids[0]])).rowCount === 1,
  }
}

/** Mia removes a post that was reported, max suspends a member, ada gives dora her post back. */
async function deeds(stage: string): Promise<Deed[]> {
  const [alice, bob, dora] = [await person(app), await person(app), await person(app)]
  const post = await alice.writes('buy my coins')
  await bob.post('/v1/reports', { postId: post.id, reason: 'spam' })
  const quoted = await dora.writes('as Voltaire said')
  const removal = await acts(mia, 'remove_post', { postId: quoted.id })
  const { body: appeal } = await dora.post('/v1/appeals', { actionId: removal.body.id, text: 'a quotation' })
  const act = (type: string, id: string, kind: string) => ({ subject: { type, id }, kind, reason: 'because' })
  const removed = `select 1 from posts p join reports r on r.subject_id = p.id
                   where p.id = $1 and p.removed_by is not null and r.action_id = p.removed_by`
  return [
    {
      ...{ who: mia, path: '/v1/admin/actions', body: act('post', post.id, 'remove_post') },
      key: `remove at ${stage}`,
      left: () => leftOf([post.id], alice, 0, removed),
      whole: { actions: 1, audit: 1, told: 1, done: true },
    },
    {
      ...{ who: max, path: '/v1/admin/actions', body: act('member', bob.id, 'suspend') },
      key: `suspend at ${stage}`,
      left: () =>
        leftOf([bob.id], bob, 0, 'select 1 from members where id = $1 and suspended_by is not null'),
      whole: { actions: 1, audit: 1, told: 1, done: true },
    },
    {
      ...{ who: ada, path: `/v1/admin/appeals/${appeal.id}/decision` },
      body: { decision: 'overturn', reason: 'so we overturn' },
      // The removal it is about has left one of each already.
      left: async () => {
        const done = 'select 1 from posts where id = $1 and deleted_at is null'
        const { actions, audit, ...rest } = await leftOf([quoted.id, appeal.id], dora, 1, done)
        return { actions: actions - 1, audit: audit - 1, ...rest }
      },
      whole: { actions: 1, audit: 2, told: 2, done: true },
    },
  ]
}

const headersOf = ({ who, key }: Deed) => ({
  authorization: `Bearer ${who.token}`,
  'content-type': 'application/json',
  ...(key ? { 'idempotency-key': key } : {}),
})

/** The deeds sent to a process of their own, which is killed once all of them wait for what `hold` holds. */
async function killedAt(stage: string, hold: string, which: number): Promise<Deed[]> {
  const all = (await deeds(stage)).slice(0, which)
  const shipped = await start({ DATABASE_URL: database.url })
  const holder = await owner.connect()
  await holder.query('begin')
  await holder.query(hold)
  const answers = all.map((deed) =>
    fetch(shipped.url + deed.path, {
      ...{ method: 'POST', headers: headersOf(deed), body: JSON.stringify(deed.body) },
    }),
  )
  const {
    rows: [me],
  } = await holder.query('select pg_backend_pid() as pid')
  const waiting = async (): Promise<number[]> => {
    const behind = 'select pid from pg_stat_activity where $1 = any(pg_blocking_pids(pid))'
    return (await owner.query(behind, [me.pid])).rows.map(({ pid }) => pid)
  }
  await until(async () => (await waiting()).length).toBe(all.length)
  const backends = await waiting()
  shipped.child.kill('SIGKILL')
  for (const answer of await Promise.allSettled(answers)) expect(answer.status).toBe('rejected')
  await holder.query('commit')
  holder.release()
  // What they were about is decided once their backends have seen that nobody is there any more.
  const still = 'select 1 from pg_stat_activity where pid = any($1::int[])'
  await until(async () => (await owner.query(still, [backends])).rowCount).toBe(0)
  return all
}

const again = (deed: Deed) =>
  deed.who.post(deed.path, deed.body, deed.key ? { 'idempotency-key': deed.key } : {})

test.each([
  // Action, effect and audit row are written, and the notification is next; or all of it but the key.
  ['notifications', 3],
  ['idempotency_records', 2],
] as const)(
  'killed before the row in %s, nothing of it is there, and sent again it is done once',
  async (table, which) => {
    for (const deed of await killedAt(table, `lock table ${table} in exclusive mode`, which)) {
      expect(await deed.left()).toEqual(NOTHING)
      const [first, second] = [await again(deed), await again(deed)]
      expect([first.status, first.headers['idempotent-replayed']]).toEqual([deed.key ? 201 : 200, undefined])
      if (deed.key) expect([second.status, second.body]).toEqual([201, first.body])
      else expect([second.status, second.body.code]).toEqual([409, 'already_decided'])
      expect(await deed.left()).toEqual(deed.whole)
    }
  },
)

test('killed at its COMMIT, all of it is there though nobody was answered, and sent again nothing is added', async () => {
  await asOwner(
    database.adminUrl,
    `create function hold_commit() returns trigger language plpgsql as
       $$ begin perform pg_advisory_xact_lock_shared(4242); return null; end $$;
     create constraint trigger hold_commit after insert on moderation_actions deferrable initially deferred
       for each row execute function hold_commit()`,
  )
  for (const deed of await killedAt('commit', 'select pg_advisory_xact_lock(4242)', 3)) {
    expect(await deed.left()).toEqual(deed.whole)
    const repeated = await again(deed)
    if (deed.key) expect([repeated.status, repeated.headers['idempotent-replayed']]).toEqual([201, 'true'])
    else expect([repeated.status, repeated.body.code]).toEqual([409, 'already_decided'])
    expect(await deed.left()).toEqual(deed.whole)
  }
})
