import { newId, type Tx } from '@rivulet/db'
import { APPEALABLE } from '../moderation/rules.ts'
import { type AppealRow, appealById } from './store.ts'

export type AppealResult =
  | { ok: true; appeal: AppealRow }
  | { ok: false; code: 'action_not_found' | 'already_appealed' }

/** Appeals against an action, by whom it concerns, once. Also against one that no longer stands: it may have been wrong. */
export async function appeal(
  tx: Tx,
  { memberId, actionId, text }: { memberId: string; actionId: string; text: string },
): Promise<AppealResult> {
  const found = await tx.query(
    'select from moderation_actions where id = $1 and member_id = $2 and kind = any($3::moderation_kind[])',
    [actionId, memberId, APPEALABLE],
  )
  if (found.rowCount === 0) return { ok: false, code: 'action_not_found' }
  const id = newId()
  const made = await tx.query(
    'insert into appeals (id, action_id, member_id, text) values ($1, $2, $3, $4) on conflict (action_id) do nothing',
    [id, actionId, memberId, text],
  )
  if (made.rowCount === 0) return { ok: false, code: 'already_appealed' }
  return { ok: true, appeal: (await appealById(tx, id)) as AppealRow }
}
