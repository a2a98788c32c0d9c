import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { call, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { createLimits } from '../rate-limit/limits.ts'

type Schema = Record<string, unknown> & {
  $ref?: string
  type?: string
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  pattern?: string
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
}
type Media = Record<string, { schema: Schema }>
type Operation = {
  operationId: string
  summary?: string
  description?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Media }
  responses: Record<string, { description: string; content?: Media }>
}
type Document = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const wide = { burst: 1e6, perSecond: 1e6 }
const { app, deps } = await world(
  { RIVULET_EMBEDDED: 'true' },
  { limits: createLimits({ now: Date.now, exemptLoopback: true, perMember: wide }) },
)
const document = app.swagger() as unknown as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

test('every call says what it is, who may call it, and every way it can answer', () => {
  expect(document.openapi).toBe('3.1.0')
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining(['signIn', 'publishPost', 'listHome', 'followMember', 'getNetwork']),
  )
  for (const { path, operation } of operations) {
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

/** What goes wrong somewhere: in a database, a parser, a regular expression, a sum. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\udfff\ud800',
      '\u202e',
      'NaN',
      '1e3',
      '-1',
      '0',
      '0.0',
      '00',
    ],
    ...[
      '0.0000000001',
      '999999999.999999999',
      '1000000000',
      '+1',
      ' 1',
      '1 ',
      '1\n',
      '0x10',
      '١',
      "'; drop table x",
    ],
    ...[null, true, 0, -1, 1.5, 1e21, [], {}, [null], { a: { b: {} } }, 'x'.repeat(70_000)],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
)

test('whatever is sent, the answer is one the document names, and never a 5xx', async () => {
  const alice = await person(app)
  const bob = await person(app)
  await fund(deps, alice.id, 'available', 5_000_000_000n)
  const post = await bob.writes('a post')
  const known = [
    alice.id,
    bob.id,
    post.id,
    bob.address,
    alice.address,
    '1',
    '0.5',
    '0.0005',
    'hello',
    'alice',
    '2026-01-31',
    `0x${'00'.repeat(32)}`,
    '00'.repeat(16),
    'https://bread.example',
  ]

  function fitting(schema: Schema): fc.Arbitrary<unknown> {
    if (schema.$ref) return fitting(document.components.schemas[schema.$ref.split('/').at(-1)!] ?? {})
    const alternatives = schema.anyOf ?? schema.oneOf
    if (alternatives) return fc.oneof(...alternatives.map(fitting))
    if ('const' in schema) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    if (schema.type === 'null') return fc.constant(null)
    if (schema.type === 'boolean') return fc.boolean()
    if (schema.type === 'integer') return fc.integer()
    if (schema.type === 'array') return fc.array(fitting(schema.items ?? {}), { maxLength: 10 })
    if (schema.type === 'object') return almost(schema)
    const pattern = new RegExp(schema.pattern ?? '', 'u')
    return fc.constantFrom(...known.filter((text) => pattern.test(text)))
  }
  /** An object as it should be; half the time with one field that is nasty, or that nobody has heard of. */
  function almost({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, fitting(field)]),
    )
    const spoilt = fc.dictionary(fc.constantFrom(...Object.keys(fields), 'unheardOf'), nasty, { maxKeys: 1 })
    return fc
      .tuple(fc.record(fields, { requiredKeys: required }), spoilt)
      .map(([record, spoil]) => ({ ...record, ...spoil }))
  }
  const segment = fc.oneof(
    { arbitrary: fc.constantFrom(...known), weight: 6 },
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).map((s) => s.toWellFormed()),
    fc.constantFrom('\u0000', '..', '%', '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11', '0x', "'"),
  )

  const met = new Map<string, Set<number>>()
  for (const { path, method, operation } of operations) {
    // Signing out would end the test, a stream never ends; the chain that the faucet and contracts' signatures need is not
    // here.
    if (['signOut', 'openStream', 'useFaucet', 'getReadiness'].includes(operation.operationId)) continue
    const body = operation.requestBody?.content['application/json']?.schema
    const query = (operation.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name)
    await fc.assert(
      fc.asyncProperty(
        body
          ? fc.oneof({ arbitrary: fitting(body), weight: 9 }, { arbitrary: nasty, weight: 1 })
          : fc.constant(undefined),
        fc.array(segment, { minLength: 3, maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(...query, 'unheardOf'),
          fc.oneof(fc.constantFrom('1', '100'), segment),
          {
            maxKeys: 1,
          },
        ),
        fc.integer({ min: 0, max: 5 }),
        async (payload, segments, search, stranger) => {
          let i = 0
          const filled = path.replace(/{\w+}/g, () => encodeURIComponent(segments[i++]!))
          const url = Object.keys(search).length > 0 ? `${filled}?${new URLSearchParams(search)}` : filled
          const answer = await call(app, method as 'GET', url, payload, {
            'idempotency-key': crypto.randomUUID(),
            ...(stranger > 0 ? { authorization: `Bearer ${alice.token}` } : {}),
          })
          const context = `${method} ${url} ${JSON.stringify(payload)?.slice(0, 300)} → ${JSON.stringify(answer.body)?.slice(0, 300)}`
          const seen = met.get(operation.operationId) ?? new Set()
          met.set(operation.operationId, seen.add(answer.status))
          expect(answer.status, context).toBeLessThan(500)
          const routed = answer.body?.code !== 'not_found'
          if (routed) expect(Object.keys(operation.responses), context).toContain(String(answer.status))
          if (answer.status >= 400) {
            expect(answer.headers['content-type'], context).toBe('application/problem+json')
            if (routed)
              expect(operation.responses[answer.status]?.description, context).toContain(
                `\`${answer.body.code}\``,
              )
          }
        },
      ),
      { numRuns: 40 },
    )
  }
  // That it was let in at all: of 30 calls at most a handful never succeed by chance.
  const succeeded = [...met].filter(([, statuses]) => [...statuses].some((status) => status < 300))
  expect(succeeded.length).toBeGreaterThan(20)
})
