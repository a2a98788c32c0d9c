import { randomBytes } from 'node:crypto'
import { newId, type Pool, withTransaction } from '@rivulet/db'
import { ensureMember, notifyMembers } from '@rivulet/economy'

/** Members with webhooks, as the API writes them. */
export function webhooksWorld(pool: Pool) {
  let people = 0

  /** A new secret, beside those there are. */
  async function secret(webhookId: string): Promise<string> {
    const bytes = randomBytes(32)
    await pool.query('insert into webhook_secrets (id, webhook_id, secret) values ($1, $2, $3)', [
      newId(),
      webhookId,
      bytes,
    ])
    return `whsec_${bytes.toString('base64')}`
  }

  return {
    async member(): Promise<string> {
      const address = `0x${(++people).toString(16).padStart(40, 'a')}`
      const members = await withTransaction(pool, (tx) => ensureMember(tx, [address]))
      return members.get(address) as string
    },
    async hook(
      memberId: string,
      url: string,
      events: string[] = [],
    ): Promise<{ id: string; secret: string }> {
      const id = newId()
      await pool.query(
        'insert into webhooks (id, member_id, url, host, events) values ($1, $2, $3, $4, $5)',
        [id, memberId, url, new URL(url).host, events],
      )
      return { id, secret: await secret(id) }
    },
    secret,
    /** Tells members of withdrawals, so many each; answers what each was told of. */
    async tell(memberIds: string[], times = 1): Promise<string[]> {
      const notices = memberIds.flatMap((memberId) =>
        Array.from({ length: times }, () => ({
          ...{ memberId, kind: 'withdrawal' as const, refId: newId() },
          body: { status: 'confirmed', amount: '1.5', to: `0x${'ab'.repeat(20)}`, lane: 'push' },
        })),
      )
      await withTransaction(pool, (tx) => notifyMembers(tx, notices))
      return notices.map((notice) => notice.refId)
    },
    async deliveries(webhookId: string) {
      const { rows } = await pool.query<{
        id: string
        status: string
        attempts: number
        lastStatus: number | null
        lastError: string | null
        wait: number
      }>(
        `select id, status, attempts, last_status as "lastStatus", last_error as "lastError",
                extract(epoch from next_at - now())::float8 as wait
         from webhook_deliveries where webhook_id = $1 order by id`,
        [webhookId],
      )
      return rows
    },
    /** So much time passes for what waits to be sent. */
    async wait(interval = '1 day'): Promise<void> {
      await pool.query(
        `update webhook_deliveries set next_at = next_at - $1::interval, claimed_until = claimed_until - $1::interval
         where status = 'pending'`,
        [interval],
      )
    },
  }
}
