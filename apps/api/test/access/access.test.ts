import { expect, test } from 'vitest'
import { createLimits } from '../../src/rate-limit/limits.ts'
import { type Answer, call } from '../people.ts'
import { world } from '../world.ts'
import { CALLS } from './calls.ts'
import { ASKERS, type Asker, type Cast, openCast, type Request } from './cast.ts'

/*
 * Who may make which call: the table is docs/ACCESS.md, and what is asked here is compared with it. A change of it is a
 * change of the file, to be looked at (`npx vitest run apps/api/test/access -u` writes it anew).
 */
const wide = { burst: 1e6, perSecond: 1e6 }
const everything = await world(
  {},
  { limits: createLimits({ now: Date.now, exemptLoopback: true, perMember: wide }) },
)
const everybody = await openCast(everything)

/** Its answer does not end: who may open it is in stream.test.ts. */
const ENDLESS = 'openStream'

type Described = { operationId: string; security: Record<string, string[]>[] }
type Operation = Described & { path: string; method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' }
const { paths } = everything.app.swagger() as unknown as { paths: Record<string, Record<string, Described>> }
const operations: Operation[] = Object.entries(paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase() as 'GET',
    })),
  )
  .filter(({ operationId }) => operationId !== ENDLESS)

test('every call of the API is in the table, and nothing else', () => {
  expect(Object.keys(CALLS).toSorted()).toEqual(operations.map((one) => one.operationId).toSorted())
})

test('who may make which call', async () => {
  const rows: string[] = []
  for (const one of operations) {
    const cells: string[] = []
    for (const asker of ASKERS) cells.push(cellOf(await ask(one, asker)))
    rows.push(`| \`${one.method} ${one.path}\` | ${cells.join(' | ')} |`)
  }
  // Nothing anybody asks is the fault of this side.
  expect(rows.filter((row) => row.includes('| 500'))).toEqual([])
  await expect(tableOf(rows)).toMatchFileSnapshot('../../../../docs/ACCESS.md')
})

/** These end the sessions that the rest is asked by. */
const ENDING = ['signOut', 'revokeOtherSessions', 'revokeSession']

async function ask(one: Operation, asker: Asker): Promise<Answer | undefined> {
  const cast = ENDING.includes(one.operationId) ? await openCast(everything) : everybody
  const token = await tokenOf(one, asker, cast)
  if (asker === 'key' && token === undefined) return undefined
  const { params = {}, query, body }: Request = await CALLS[one.operationId]!(cast, asker)
  const path = one.path.replaceAll(/{(\w+)}/g, (_, name: string) => params[name]!)
  const url = query ? `${path}?${new URLSearchParams(query)}` : path
  return call(cast.app, one.method, url, body, {
    'idempotency-key': crypto.randomUUID(),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  })
}

/** Undefined: of somebody who is not signed in, or of a key where no token is looked at. */
async function tokenOf({ security }: Operation, asker: Asker, cast: Cast): Promise<string | undefined> {
  if (asker === 'anonymous') return undefined
  if (asker !== 'key') return cast.people[asker].token
  if (security.length === 0) return undefined
  return cast.keyWithout(security.flatMap(({ key }) => key ?? [])[0] ?? 'none')
}

const cellOf = (answer: Answer | undefined) =>
  answer === undefined
    ? ''
    : answer.status < 400
      ? String(answer.status)
      : `${answer.status} ${answer.body.code}`

function tableOf(rows: string[]): string {
  return `# Access

Who may make which call, as it was answered. \`apps/api/test/access\` asks every call as everybody and compares the answers with this file; a call without a row fails it.

- **owner**: whose the thing is that the call names, or who is named: alice. Where a call names nothing, each asks for what is their own
- **other**: a member who has nothing to do with her · **blocked**: one whom she has blocked · **suspended**: another, who is suspended · **admin**: another, with that role
- **key**: an API key of hers, with every scope but the one it would need; empty where no token is looked at

A stranger's private things are not there (404), whoever asks.

| call | ${ASKERS.join(' | ')} |
|---|${'---|'.repeat(ASKERS.length)}
${rows.join('\n')}
`
}

test('no header makes a call another one, and what is no call is nobody’s', async () => {
  const { alice, bob, app, post } = everybody
  const { id } = await post()
  const override = { authorization: `Bearer ${alice.token}`, 'x-http-method-override': 'DELETE' }
  for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    const answer = await call(app, 'GET', `/v1/posts/${id}`, undefined, { ...override, [header]: 'DELETE' })
    expect([answer.status, answer.body.id]).toEqual([200, id])
  }
  const known = new Map<string, string[]>()
  for (const { path, method } of operations) known.set(path, [...(known.get(path) ?? []), method])
  for (const [path, methods] of known)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      if (methods.includes(method) || path === '/v1/stream') continue
      const url = path.replaceAll(/{\w+}/g, bob.id)
      const { status, body } = await call(app, method, url, undefined, {
        authorization: `Bearer ${alice.token}`,
      })
      // What stands where another call has an id may be nobody's id: `GET /v1/members/import`.
      const code = expect.stringMatching(/not_found$/)
      expect([method, path, status, body.code]).toEqual([method, path, 404, code])
    }
})
