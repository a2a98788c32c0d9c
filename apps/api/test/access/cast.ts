import type { FastifyInstance } from 'fastify'
import { SCOPES } from '../../src/http/scopes.ts'
import { adsWorld } from '../ads.ts'
import { acts, withRole } from '../moderators.ts'
import { fund } from '../money.ts'
import { type Answer, call, type Person, person } from '../people.ts'
import type { World } from '../world.ts'

/** Who asks, in the order of the table's columns. */
export const ASKERS = ['anonymous', 'owner', 'other', 'blocked', 'suspended', 'admin', 'key'] as const

export type Asker = (typeof ASKERS)[number]

/** A request, but for its call and who asks. */
export type Request = { params?: Record<string, string>; query?: Record<string, string>; body?: unknown }

/** The people of the table: alice is the owner of what is named, or named herself. */
export type Cast = {
  app: FastifyInstance
  deps: World['deps']
  alice: Person
  /** Has nothing to do with her. */
  bob: Person
  people: Record<Exclude<Asker, 'anonymous' | 'key'>, Person>
  ads: ReturnType<typeof adsWorld>
  /** A post of alice's that nobody has seen yet. */
  post(more?: object): Promise<{ id: string }>
  /** What alice does to have something: fails when it is refused. */
  has(method: 'POST' | 'PUT', url: string, body?: unknown): Promise<Answer['body']>
  /** The token of an API key of hers that has every scope but one. */
  keyWithout(scope: string): Promise<string>
}

const PLENTY = 1_000_000_000_000n

export async function openCast({ app, deps }: World): Promise<Cast> {
  const [alice, bob, carol, dave] = [
    ...[await person(app), await person(app), await person(app), await person(app)],
  ] as [Person, Person, Person, Person]
  const erin = await withRole(app, deps, 'admin')
  for (const one of [alice, bob, carol, dave, erin]) {
    await fund(deps, one.id, 'available', PLENTY)
    await fund(deps, one.id, 'pledge', PLENTY)
  }
  await acts(erin, 'suspend', { memberId: dave.id }, {}, crypto.randomUUID())
  const has: Cast['has'] = async (method, url, body) => {
    const answer = await call(app, method, url, body, {
      authorization: `Bearer ${alice.token}`,
      'idempotency-key': crypto.randomUUID(),
    })
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  await has('PUT', `/v1/members/${carol.id}/block`)
  const keys = new Map<string, Promise<string>>()
  return {
    ...{ app, deps, alice, bob, has, ads: adsWorld(deps) },
    people: { owner: alice, other: bob, blocked: carol, suspended: dave, admin: erin },
    post: (more = {}) => has('POST', '/v1/posts', { kind: 'note', text: 'a post of hers', ...more }),
    keyWithout(scope) {
      const scopes = SCOPES.filter((one) => one !== scope)
      const key =
        keys.get(scope) ?? has('POST', '/v1/keys', { name: 'a bot', scopes }).then((made) => made.key)
      keys.set(scope, key)
      return key
    },
  }
}

/** How a call is made by an asker. */
export type Prepare = (cast: Cast, asker: string) => Request | Promise<Request>

export const nothing: Prepare = () => ({})
/** Names alice. */
export const herself: Prepare = ({ alice }) => ({ params: { id: alice.id } })
/** Names a post of hers. */
export const herPost: Prepare = async ({ post }) => ({ params: { id: (await post()).id } })
