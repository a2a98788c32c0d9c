import { expect } from 'vitest'
import type { Answered, Scene } from './scene.ts'

/** Fails unless the answer is the refusal it should be, in full. @param pointer of the field at fault, if it is one */
export function expectRefusal(answer: Answered, status: number, code?: string, pointer?: string): void {
  const { headers, body } = answer
  const what = JSON.stringify(body)
  expect(answer.status, what).toBe(status)
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(body, what).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    code: code ?? expect.stringMatching(/^[a-z_]+$/),
    detail: expect.any(String),
    requestId: expect.stringMatching(/\S/),
  })
  if (pointer)
    expect(body.errors ?? [], what).toContainEqual({ pointer, detail: expect.stringMatching(/\S/) })
}

/** Everything a request could have changed: how many rows there are, and what everybody has. */
export async function everything(scene: Pick<Scene, 'database'>): Promise<unknown> {
  const tables = [
    'members',
    'sessions',
    'posts',
    'follows',
    'interactions',
    'receipts',
    'tips',
    'pledge_moves',
    'withdrawals',
    'withdrawal_transitions',
    'clearings',
    'ledger.transfer',
  ]
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as "${table}"`)
  const { rows } = await scene.database.query(
    `select ${counts.join(', ')},
            (select jsonb_object_agg(ref, balance::text) from ledger.account) as balances,
            (select jsonb_agg(to_jsonb(m) order by id) from members m) as members_as_they_are,
            (select jsonb_agg(to_jsonb(p) order by id) from posts p) as posts_as_they_are`,
  )
  return rows[0]
}
