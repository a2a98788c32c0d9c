import type { Tx } from '@rivulet/db'

/** Who did something, as others see them. */
export type Actor = { id: string; handle: string | null; displayName: string; address: string }

/** Who did what is told, by id: one statement, and none where nobody did. */
export async function actorsOf(
  tx: Tx,
  notices: readonly { actorId?: string | undefined }[],
): Promise<Map<string, Actor>> {
  const ids = [...new Set(notices.flatMap(({ actorId }) => actorId ?? []))]
  if (ids.length === 0) return new Map()
  const { rows } = await tx.query<Actor>(
    'select id, handle, display_name as "displayName", address from members where id = any($1::uuid[])',
    [ids],
  )
  return new Map(rows.map((actor) => [actor.id, actor]))
}
