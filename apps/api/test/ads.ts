import { newId } from '@rivulet/db'
import type { Deps } from '../src/deps.ts'
import type { Person } from './people.ts'

/** What the feeds, the chain and the clock do for viewers. */
export function adsWorld({ db }: Deps) {
  const query = (text: string, ...values: unknown[]) => db.pool.query(text, values)
  return {
    query,
    /** The vault has told of 5 of their own, long ago. */
    async mayBePaid({ id }: Person): Promise<void> {
      await query('update vault_accounts set deposited = 5000000 where member_id = $1', id)
      await query(
        `update members set first_sign_in_at = date_trunc('milliseconds', now()) - interval '3 days' where id = $1`,
        id,
      )
    },
    /** A feed handed them the post. */
    async serve({ id }: Person, postId: string): Promise<void> {
      await query(
        `insert into feed_servings (id, member_id, post_ids, via_ids) values ($1, $2, array[$3::uuid], '{}')`,
        newId(),
        id,
        postId,
      )
    },
    /** The one open token of theirs was issued so many milliseconds earlier. */
    async pass({ id }: Person, ms: number): Promise<void> {
      await query(
        `update views set issued_at = issued_at - make_interval(secs => $2 / 1000.0),
           expires_at = expires_at - make_interval(secs => $2 / 1000.0) where member_id = $1 and status = 'open'`,
        id,
        ms,
      )
    },
  }
}
