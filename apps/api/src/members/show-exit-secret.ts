import { type Pool, withTransaction } from '@rivulet/db'
import { appendAudit } from '@rivulet/economy'

/** Shows a member their exit secret, 32 bytes. That it was shown is in the audit log before it is. */
export function showExitSecret(
  pool: Pool,
  { memberId, requestId }: { memberId: string; requestId: string },
): Promise<Buffer> {
  return withTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ secret: Buffer }>(
      'select exit_secret as secret from members where id = $1',
      [memberId],
    )
    if (!rows[0]) throw new Error('a session without a member')
    const subject = { type: 'member' as const, id: memberId }
    await appendAudit(tx, [
      { actorId: memberId, role: 'member', act: 'exit_secret.show', subject, requestId },
    ])
    return rows[0].secret
  })
}
