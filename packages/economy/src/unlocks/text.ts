import type { Pool } from '@rivulet/db'

export type TextResult =
  | { ok: true; text: string }
  | { ok: false; code: 'post_not_found' }
  | {
      ok: false
      code: 'payment_required'
      /** Nano. */
      price: bigint
    }

/**
 * The text of a post for a reader: of an article with a price for its authors and whoever unlocked it, of all else for
 * everybody. What was deleted is gone for all.
 */
export async function textFor(
  pool: Pool,
  { postId, readerId }: { postId: string; readerId: string | null },
): Promise<TextResult> {
  const { rows } = await pool.query<{ text: string; price: bigint | null; open: boolean }>({
    name: 'text-for',
    text: `select text, price,
                  price is null or author_id = $2::uuid or $2::uuid = any(split_members)
                  or exists (select from unlocks u where u.post_id = p.id and u.payer_id = $2::uuid) as open
           from posts p where id = $1 and deleted_at is null`,
    values: [postId, readerId],
  })
  const post = rows[0]
  if (!post) return { ok: false, code: 'post_not_found' }
  // `open` is null for nobody in particular.
  if (post.open || post.price === null) return { ok: true, text: post.text }
  return { ok: false, code: 'payment_required', price: post.price }
}
