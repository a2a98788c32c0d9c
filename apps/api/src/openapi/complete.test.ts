import Ajv from 'ajv/dist/2020.js'
import { afterAll, expect, test } from 'vitest'
import { type Call, callsOf, documentOf, type Schema } from '../../test/fuzz/document.ts'
import { PROBLEMS } from '../errors/codes.ts'
import { complete } from './complete.ts'
import type { Document } from './schema.ts'
import { unserved } from './unserved.ts'

const { app, close } = await unserved()
afterAll(close)
const document = documentOf(app)
const calls = callsOf(document)

type Media = { schema: Schema; example?: unknown }

/** The JSON a call takes, and what it answers with when it succeeds. */
function jsonOf({ operationId, requestBody, responses }: Call): [string, Media][] {
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  const all = [
    ['body', requestBody?.content] as const,
    ...answers.map(([s, { content }]) => [s, content] as const),
  ]
  return all.flatMap(([what, content]) => {
    const media = content?.['application/json'] as Media | undefined
    return media ? [[`${operationId} ${what}`, media] as [string, Media]] : []
  })
}

test('every call has a summary, a tag that is explained, and words for every answer', () => {
  const explained = (document as unknown as { tags: { name: string }[] }).tags.map(({ name }) => name)
  for (const { operationId, summary, tags, responses } of calls) {
    expect([operationId, summary]).toEqual([operationId, expect.stringMatching(/^[A-Z].{5,}[^.]$/)])
    expect([operationId, explained]).toEqual([operationId, expect.arrayContaining(tags!)])
    for (const [status, { description }] of Object.entries(responses))
      expect([operationId, status, description]).toEqual([
        ...[operationId, status],
        expect.stringMatching(/^(?!Default Response$).*\.$/s),
      ])
  }
})

test('every JSON body and every JSON answer has an example, and it is what the schema says', () => {
  const ajv = new Ajv.default({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: 'document', components: document.components })
  let examples = 0
  for (const [what, { schema, example }] of calls.flatMap(jsonOf)) {
    expect([what, example]).not.toEqual([what, undefined])
    const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'))
    const validate = ajv.compile(rooted)
    expect([what, validate(example) || ajv.errorsText(validate.errors)]).toEqual([what, true])
    examples++
  }
  expect(examples).toBeGreaterThan(120)
})

test('there is no field that the story of the examples knows nothing for', () => {
  const lacking = new Set<string>()
  // As it was before: what has an example is passed over.
  const bare = structuredClone(document) as unknown as Document
  for (const [, media] of callsOf(bare as never).flatMap(jsonOf)) delete media.example
  complete(bare, lacking)
  expect([...lacking]).toEqual([])
})

test('also what only the embedded stack has is in it', () => {
  expect(calls.map(({ path }) => path)).toContain('/v1/dev/faucet')
})

test('a field that nothing is known for is left out, and named', () => {
  const schema = { type: 'object', properties: { colour: { type: 'string' }, amount: { type: 'string' } } }
  const media: Media = { schema }
  const responses = { 200: { description: '', content: { 'application/json': media } } }
  const lacking = new Set<string>()
  complete({ paths: { '/paint': { get: { operationId: 'paint', responses } } } } as never, lacking)
  expect(media.example).toEqual({ amount: '0.5' })
  expect([...lacking]).toEqual(['paint answer.colour'])
})

test('one story: a post of alice, a like of 0.0005, and a tip of which 2.5 % are the fee', () => {
  const exampleOf = (id: string) =>
    Object.fromEntries(calls.flatMap(jsonOf))[id]?.example as Record<string, unknown>
  const post = exampleOf('getPost 200')
  expect(post).toMatchObject({ author: { handle: 'alice' }, text: 'Rivers run.', earned: '0.001' })
  expect(exampleOf('createTip body')).toMatchObject({ postId: post.id, amount: '0.5' })
  expect(exampleOf('createTip 201')).toMatchObject({ amount: '0.5', fee: '0.0125', net: '0.4875' })
  expect(exampleOf('createAppeal 201')).toMatchObject({ decision: null, decidedAt: null })
  expect(exampleOf('likePost 200')).toMatchObject({ credited: '0.0005' })
})

test('the page for people shows them', async () => {
  const shown = (await app.inject({ method: 'GET', url: '/docs/json' })).json()
  const { example } = shown.paths['/v1/tips'].post.responses['201'].content['application/json']
  expect(example).toMatchObject({ amount: '0.5', fee: '0.0125' })
})

const codesOf = ({ responses }: Call) =>
  Object.values(responses).flatMap(({ description }) =>
    [...description.matchAll(/^`(\w+)`:/gm)].map(([, c]) => c!),
  )

/** DESIGN §7: what moves money is sent once under a name of its own. */
const MONEY =
  /^\/v1\/(tips|campaigns|subscriptions|wallet\/pledge|wallet\/withdrawals|posts\/\{id\}\/unlock)$/
/** What names no row: a tag that nobody uses is an empty list, and a version or an epoch is a number. */
const NO_404 = ['listTag']

test('every call declares the refusals of its kind', () => {
  for (const call of calls) {
    const { operationId, path, method, security = [], parameters = [], requestBody, responses } = call
    const said = codesOf(call)
    const expected = ['malformed_request', 'validation_failed', 'rate_limited', 'overloaded', 'unavailable']
    if (requestBody) expected.push('malformed_json', 'body_too_large', 'unsupported_media_type')
    const isForMembers = security.length > 0
    if (isForMembers) expected.push('unauthenticated', 'key_expired', 'insufficient_scope', 'ip_not_allowed')
    if (path.includes('/admin/')) expected.push('forbidden')
    const names = parameters.map(({ name }) => name)
    if (names.includes('cursor')) expected.push('invalid_cursor')
    if (names.includes('via')) expected.push('invalid_via')
    if (names.includes('if-match')) expected.push('precondition_failed')
    if (method === 'POST' && MONEY.test(path))
      expect([operationId, parameters]).toEqual([
        operationId,
        expect.arrayContaining([expect.objectContaining({ name: 'idempotency-key', required: true })]),
      ])
    const key = parameters.find(({ name }) => name === 'idempotency-key')
    if (key) expected.push('idempotency_mismatch', 'idempotency_in_progress')
    if (key?.required) expected.push('idempotency_key_required')
    if (method === 'POST' && MONEY.test(path)) expected.push('insufficient_funds')
    expect([operationId, said]).toEqual([operationId, expect.arrayContaining(expected)])
    if (path.includes('{') && !NO_404.includes(operationId))
      expect([operationId, Object.keys(responses)]).toEqual([operationId, expect.arrayContaining(['404'])])
    // Each code stands at its own status.
    for (const [status, { description }] of Object.entries(responses))
      for (const [, code] of description.matchAll(/^`(\w+)`:/gm))
        expect([operationId, code, String(PROBLEMS[code as keyof typeof PROBLEMS].status)]).toEqual([
          operationId,
          code,
          status,
        ])
  }
})

/** What DESIGN §7 names for single calls. */
const NAMED: Record<string, string[]> = {
  signIn: ['bad_signature', 'nonce_used', 'domain_mismatch', 'expired'],
  getPostText: ['payment_required'],
  followMember: ['blocked', 'suspended'],
  publishPost: ['blocked', 'suspended'],
  likePost: ['blocked', 'suspended'],
  createTip: ['blocked', 'suspended', 'spend_limit'],
  unlockPost: ['blocked', 'suspended', 'spend_limit'],
  createSubscription: ['blocked', 'suspended', 'spend_limit'],
  createCampaign: ['suspended', 'spend_limit'],
  pledge: ['spend_limit'],
  cancelWithdrawal: ['not_cancellable'],
  readPost: ['too_short'],
  recordImpression: ['token_expired'],
}

test('single calls declare what is theirs', () => {
  for (const call of calls)
    expect([call.operationId, codesOf(call)]).toEqual([
      call.operationId,
      expect.arrayContaining(NAMED[call.operationId] ?? []),
    ])
  expect(calls.map(({ operationId }) => operationId)).toEqual(expect.arrayContaining(Object.keys(NAMED)))
})
