import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { call, type Person } from '../people.ts'
import { judgeOf } from './answers.ts'
import { type Call, callsOf, documentOf } from './document.ts'
import { fitting, nasty, segment } from './values.ts'

export type Fuzzed = {
  requests: number
  /** How often each status was met, by operationId. */
  met: Map<string, Map<number, number>>
  faults: string[]
}

/** They end what the rest is asked by, never end, or ask a chain for each request. */
const LEFT_OUT = ['signOut', 'openStream', 'useFaucet', 'getReadiness']

/**
 * Makes every call of the document with values that nearly fit it, by people and by nobody. What is answered adds to what
 * is asked next: ids that are there are met.
 *
 * @param runs requests for each call
 * @param texts ids, addresses, amounts: what strings are drawn from to begin with
 */
export async function fuzz(
  app: FastifyInstance,
  { people, texts, runs, seed }: { people: Person[]; texts: string[]; runs: number; seed: number },
): Promise<Fuzzed> {
  const document = documentOf(app)
  const judge = judgeOf(document)
  const known = [...texts]
  const fuzzed: Fuzzed = { requests: 0, met: new Map(), faults: [] }

  const requestTo = ({ path, method, parameters = [], requestBody }: Call) => {
    const body = requestBody?.content['application/json']?.schema
    const query = parameters.filter((one) => one.in === 'query')
    const wanted = fc.record(
      Object.fromEntries(query.map(({ name, schema }) => [name, fitting(schema, document, known)])),
      { requiredKeys: query.filter(({ required }) => required).map(({ name }) => name) },
    )
    const spoilt = fc.dictionary(
      fc.constantFrom(...query.map(({ name }) => name), 'unheardOf'),
      segment(known),
      {
        maxKeys: 1,
      },
    )
    const payload = body
      ? fc.oneof({ arbitrary: fitting(body, document, known), weight: 9 }, { arbitrary: nasty, weight: 1 })
      : fc.constant(undefined)
    return fc
      .tuple(
        payload,
        fc.array(segment(known), { minLength: 3, maxLength: 3 }),
        wanted,
        fc.oneof(fc.constant({}), spoilt),
      )
      .map(([payload, segments, wanted, spoilt]) => {
        let i = 0
        const filled = path.replace(/{\w+}/g, () => encodeURIComponent(segments[i++]!))
        const search = new URLSearchParams(textsOf({ ...wanted, ...spoilt }))
        return { method, url: search.size > 0 ? `${filled}?${search}` : filled, payload }
      })
  }

  for (const [i, one] of callsOf(document).entries()) {
    if (LEFT_OUT.includes(one.operationId)) continue
    const statuses = new Map<number, number>()
    fuzzed.met.set(one.operationId, statuses)
    const who = fc.constantFrom(...people, ...people, ...people, ...people, undefined)
    const property = fc.asyncProperty(requestTo(one), who, async ({ method, url, payload }, person) => {
      const answer = await call(app, method as 'GET', url, payload, {
        'idempotency-key': crypto.randomUUID(),
        ...(person ? { authorization: `Bearer ${person.token}` } : {}),
      })
      fuzzed.requests++
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status < 300) remember(known, answer.body)
      const fault = judge(one, answer)
      if (fault) throw new Error(`${fault}: ${cut(answer.body)}`)
    })
    // A seed of its own: by one seed all calls would draw the same people, and the same luck.
    const result = await fc.check(property, { numRuns: runs, seed: seed + i })
    if (result.failed)
      fuzzed.faults.push(`${one.operationId} ${cut(result.counterexample?.[0])}: ${result.errorInstance}`)
  }
  return fuzzed
}

const cut = (value: unknown) => JSON.stringify(value)?.slice(0, 400)

/** As they stand in a query: what is no text is written as JSON. */
function textsOf(query: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.toWellFormed() : (JSON.stringify(value) ?? ''),
    ]),
  )
}

const MOST_KNOWN = 300

/** Keeps the ids and cursors of an answer; of many the newest. */
function remember(known: string[], body: unknown): void {
  if (typeof body !== 'object' || body === null) return
  for (const [name, value] of Object.entries(body))
    if (/^(id|nextCursor|token|nonce|handle)$/.test(name) && typeof value === 'string') known.push(value)
    else remember(known, value)
  if (known.length > MOST_KNOWN) known.splice(20, known.length - MOST_KNOWN)
}
