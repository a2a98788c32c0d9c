import { withTransaction } from '@rivulet/db'
import { grantRole, type Role } from '@rivulet/economy'
import type { FastifyInstance } from 'fastify'
import type { Deps } from '../src/deps.ts'
import { type Answer, type Person, person } from './people.ts'

/** Somebody to whom the operator has given a role. */
export async function withRole(app: FastifyInstance, deps: Deps, role: Role): Promise<Person> {
  const who = await person(app)
  await withTransaction(deps.db.pool, (tx) => grantRole(tx, { member: who.id, role }))
  return who
}

let keys = 0

/** Takes an action, by a key of its own unless told. */
export function acts(
  who: Person,
  kind: string,
  subject: { postId: string } | { memberId: string },
  more: object = {},
  key = `act ${++keys}`,
): Promise<Answer> {
  const about =
    'postId' in subject ? { type: 'post', id: subject.postId } : { type: 'member', id: subject.memberId }
  const body = { subject: about, kind, reason: `because of ${kind}`, ...more }
  return who.post('/v1/admin/actions', body, { 'idempotency-key': key })
}
