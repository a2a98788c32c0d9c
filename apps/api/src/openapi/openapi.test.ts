import { expect, test } from 'vitest'
import { callsOf, documentOf, type Schema } from '../../test/fuzz/document.ts'
import { fuzz } from '../../test/fuzz/fuzz.ts'
import { fund } from '../../test/money.ts'
import { person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { createLimits } from '../rate-limit/limits.ts'

const wide = { burst: 1e6, perSecond: 1e6 }
const { app, deps } = await world(
  { RIVULET_EMBEDDED: 'true' },
  { limits: createLimits({ now: Date.now, exemptLoopback: true, perMember: wide }) },
)
const document = documentOf(app)
const calls = callsOf(document)

test('every call says what it is, who may call it, and every way it can answer', () => {
  expect(document.openapi).toBe('3.1.0')
  const ids = calls.map((operation) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining(['signIn', 'publishPost', 'listHome', 'followMember', 'getNetwork']),
  )
  for (const operation of calls) {
    const { path } = operation
    expect([path, operation.operationId]).toEqual([path, expect.stringMatching(/^[a-z][A-Za-z]+$/)])
    expect(operation.summary?.length).toBeGreaterThan(5)
    expect(operation.tags).toHaveLength(1)
    expect(operation.security).toBeDefined()
    const statuses = Object.keys(operation.responses)
    // Only what may have nothing to show has two ways to succeed, and what was bought before is answered as what is.
    const successes: Record<string, string[]> = { nextAd: ['200', '204'], unlockPost: ['200', '201'] }
    expect(statuses.filter((s) => s.startsWith('2'))).toEqual(
      successes[operation.operationId] ?? [expect.any(String)],
    )
    expect(statuses).toEqual(expect.arrayContaining(['422', '429', '500', '503']))
    for (const status of statuses.filter((s) => s >= '400'))
      expect(operation.responses[status]?.content).toEqual({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      })
    const signedInOnly =
      operation.security?.every((need) => 'session' in need || 'key' in need) && operation.security.length > 0
    if (signedInOnly) expect(statuses).toContain('401')
  }
})

test('an amount is a string wherever it stands', () => {
  const text = JSON.stringify(document)
  expect(text).not.toContain('"type":"number"')
  for (const name of ['credited', 'earned', 'amount', 'available', 'pending', 'minWithdrawal'])
    for (const [, schema] of text.matchAll(new RegExp(`"${name}":({"(?:[^{}]|{[^{}]*})*?})`, 'g')))
      expect([name, schema]).toEqual([name, expect.stringMatching(/"type":"string"/)])
})

test('what a body may have is said, and nothing beside it: no column of a table can be sent along', () => {
  const bodies = calls.flatMap(({ requestBody }): Schema[] => {
    const schema = requestBody?.content['application/json']?.schema
    return schema ? [schema] : []
  })
  expect(bodies.length).toBeGreaterThan(15)
  for (const body of bodies)
    for (const schema of objectsIn(body))
      expect(schema.additionalProperties, JSON.stringify(schema)).toBe(false)
})

/** What is told once, to whom it belongs. */
const TOLD_ONCE = ['exitSecret', 'token', 'key', 'secret', 'nonce', 'ticket']

test('no answer has what is kept from everybody', () => {
  for (const { operationId, responses } of calls)
    for (const schema of Object.values(responses).flatMap(({ content = {} }) => Object.values(content)))
      for (const name of objectsIn(schema.schema ?? {}).flatMap(({ properties = {} }) =>
        Object.keys(properties),
      ))
        if (!TOLD_ONCE.includes(name))
          expect([operationId, name]).not.toEqual([
            operationId,
            expect.stringMatching(
              /(secret|password|private|token|key)Hash$|^(secret|password|privateKey|skeleton)$/i,
            ),
          ])
})

function objectsIn(schema: Schema, seen = new Set<Schema>()): Schema[] {
  const target = schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!]! : schema
  if (seen.has(target)) return []
  seen.add(target)
  const inner = [
    ...(target.anyOf ?? []),
    ...(target.oneOf ?? []),
    ...(target.items ? [target.items] : []),
    ...Object.values(target.properties ?? {}),
  ].flatMap((one) => objectsIn(one, seen))
  return target.type === 'object' ? [target, ...inner] : inner
}

/** A few of each call here; `npm run fuzz:api` sends ten thousand, also to a chain. */
test('whatever is sent, the answer is one the document names and describes, and never a 5xx', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  await fund(deps, alice.id, 'available', 5_000_000_000n)
  const post = await bob.writes('a post')
  const texts = [
    ...[alice.id, bob.id, post.id, bob.address, alice.address, '1', '0.5', '0.0005', 'hello', 'alice'],
    ...['2026-01-31', '2026-11-28T12:00:00Z', 'https://bread.example', '203.0.113.7'],
    ...[`0x${'00'.repeat(32)}`, '00'.repeat(16), 'bread'],
  ]
  const seed = Math.floor(Math.random() * 2 ** 31)
  const { met, faults } = await fuzz(app, { people: [alice, bob], texts, runs: 20, seed })
  expect(faults, `SEED=${seed}`).toEqual([])
  // That it was let in at all: of these at most a handful never succeed by chance.
  const succeeded = [...met].filter(([, statuses]) => [...statuses.keys()].some((status) => status < 300))
  expect(succeeded.length).toBeGreaterThan(40)
})
