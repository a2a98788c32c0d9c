import type { Pool, Tx } from '@rivulet/db'
import { OPTIONAL_KINDS, type OptionalKind } from './kinds.ts'

/** What a member wishes to be told of a kind. `from` has no say where nobody is named, as by an anonymous tip. */
export type Preference = { inApp: boolean; from: 'everybody' | 'following' }

export type Preferences = Record<OptionalKind, Preference>

/** What a member wishes to be told; of a kind they have said nothing about, everything. */
export async function preferencesOf(db: Pool | Tx, memberId: string): Promise<Preferences> {
  const { rows } = await db.query<Preference & { kind: string }>(
    `select kind, in_app as "inApp", case when only_following then 'following' else 'everybody' end as from
     from notification_preferences where member_id = $1`,
    [memberId],
  )
  const said = new Map(rows.map(({ kind, inApp, from }) => [kind, { inApp, from }]))
  return Object.fromEntries(
    OPTIONAL_KINDS.map((kind) => [kind, said.get(kind) ?? { inApp: true, from: 'everybody' }]),
  ) as Preferences
}

/** Changes the kinds that are named, from the next notification on; the others stay. Twice is once. */
export async function prefer(
  db: Pool | Tx,
  { memberId, kinds }: { memberId: string; kinds: Partial<Preferences> },
): Promise<void> {
  // In one order, so that two changes at once do not wait in a circle.
  const changed = OPTIONAL_KINDS.flatMap((kind) => (kinds[kind] ? [{ kind, ...kinds[kind] }] : []))
  await db.query(
    `insert into notification_preferences (member_id, kind, in_app, only_following)
     select $1, t.* from unnest($2::text[], $3::boolean[], $4::boolean[]) as t
     on conflict (member_id, kind) do update set in_app = excluded.in_app, only_following = excluded.only_following`,
    [
      memberId,
      changed.map(({ kind }) => kind),
      changed.map(({ inApp }) => inApp),
      changed.map(({ from }) => from === 'following'),
    ],
  )
}
