import { audit } from '@rivulet/ledger'
import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { pool } = deps.db

test('a crowd that likes, comments, deletes and follows at once leaves every counter and the books exact', async () => {
  const crowd = await Promise.all(Array.from({ length: 5 }, () => person(app)))
  for (const member of crowd) await fund(deps, member.id, 'pledge', 3_000_000n)
  const posts: { id: string }[] = []
  for (const member of crowd) posts.push(await member.writes('here'))

  const answers = await Promise.all(
    crowd.flatMap((member, i) =>
      Array.from({ length: 60 }, async (_, n) => {
        const post = posts[(i + n) % posts.length]!
        const url = `/v1/posts/${post.id}`
        if (n % 6 === 0) return member.put(`/v1/members/${crowd[(i + 1 + n) % 5]!.id}/follow`)
        if (n % 6 === 1) return member.delete(`${url}/like`)
        if (n % 6 < 4) return member.put(`${url}/like`)
        const comment = await member.post('/v1/posts', { kind: 'note', text: `${n}`, replyTo: post.id })
        return n % 6 === 4 && comment.status === 201 ? member.delete(`/v1/posts/${comment.body.id}`) : comment
      }),
    ),
  )
  const statuses = new Set(answers.map((answer) => answer.status))
  expect([...statuses].filter((status) => ![200, 201, 204, 422].includes(status))).toEqual([])
  expect(answers.filter((a) => a.status === 422 && a.body.code !== 'self_follow')).toEqual([])

  const wrong = await pool.query(`
    select 'comments' as what, p.id from posts p where comments_count <>
      (select count(*) from posts c where c.reply_to = p.id and c.deleted_at is null)
    union all select 'likes', p.id from posts p where likes_count <>
      (select count(*) from interactions i where i.post_id = p.id and i.kind = 'like' and i.active)
    union all select 'earned', p.id from posts p where earned <>
      (select coalesce(sum(credited), 0) from interactions i where i.post_id = p.id)
    union all select 'commented', i.id from interactions i where i.kind = 'comment' and i.active <> exists (
      select from posts c where c.author_id = i.actor_id and c.reply_to = i.post_id and c.deleted_at is null)
    union all select 'posts', m.id from members m where posts_count <>
      (select count(*) from posts p where p.author_id = m.id and p.reply_to is null and p.deleted_at is null)
    union all select 'followers', m.id from members m where followers_count <>
      (select count(*) from follows f where f.followee_id = m.id)`)
  expect(wrong.rows).toEqual([])
  expect((await audit(pool)).violations).toEqual([])
  // Something did happen.
  const earned = await pool.query<{ sum: string }>('select sum(earned)::text as sum from posts')
  expect(Number(earned.rows[0]!.sum)).toBeGreaterThan(0)
})
