import type { Tx } from '@rivulet/db'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Code, PROBLEMS } from '../errors/codes.ts'
import { type Extension, type Fault, problem } from '../errors/problem.ts'
import { type Answer, hashBody, type OnceRequest, type OnceResult } from './once.ts'

/** The refusals every call with an Idempotency-Key has. */
export const ONCE_REFUSALS = [
  'idempotency_key_required',
  'idempotency_mismatch',
  'idempotency_in_progress',
] as const satisfies Code[]

export const KEY_REUSED = 'This Idempotency-Key was used with another body: take a new one.'

const KeyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, 'must have 1 to 255 printable ASCII characters')
    .meta({
      description:
        'Your name for this request. Sent again with the same body, it answers as it did the first time.',
    }),
})

/** Adds the Idempotency-Key to the options of a route: required, documented, and refused with 400 when missing. */
export function idempotent<O extends { schema: object }>(options: O) {
  return {
    ...options,
    schema: { ...options.schema, headers: KeyHeader } as O['schema'],
    preValidation: async (request: FastifyRequest) => {
      if (!request.headers['idempotency-key'])
        throw problem(
          'idempotency_key_required',
          'Send an Idempotency-Key header: any text of your own, once per wish.',
        )
    },
  }
}

/** Adds an Idempotency-Key that may be left out: for what is not money, and nobody wants twice. */
export const maybeIdempotent = <O extends { schema: object }>(options: O): O => ({
  ...options,
  schema: { ...options.schema, headers: KeyHeader.partial() } as O['schema'],
})

/** The request as `once` wants it. */
export function onceRequest<I>(request: FastifyRequest, memberId: string, input: I): OnceRequest<I> {
  return {
    memberId,
    route: `${request.method} ${request.routeOptions.url}`,
    key: String(request.headers['idempotency-key']),
    bodyHash: hashBody(request.body),
    input,
  }
}

type Refusal = { code: Code; detail?: string; faults?: Fault[]; extension?: Extension }

/** A refusal of the rules as an answer to keep. @param pointer the field at fault, as a JSON pointer */
export function refusal(
  code: Code,
  detail: string = PROBLEMS[code].title,
  pointer?: string,
  extension?: Extension,
): Answer {
  const body: Refusal = {
    ...{ code, detail },
    ...(pointer ? { faults: [{ pointer, detail }] } : {}),
    ...(extension ? { extension } : {}),
  }
  return { status: PROBLEMS[code].status, body }
}

/** Sends what `once` answered, marked when it is a repetition. Refusals leave as problems, as they did the first time. */
export function sendOnce(reply: FastifyReply, result: OnceResult): unknown {
  if (!result.ok) throw problem(result.code, KEY_REUSED)
  if (result.replayed) reply.header('idempotent-replayed', 'true')
  if (result.status >= 400) {
    const { code, detail, faults, extension } = result.body as Refusal
    throw problem(code, detail, { ...(faults ? { faults } : {}), ...(extension ? { extension } : {}) })
  }
  reply.code(result.status)
  return result.body
}

/** A verb for one, as `once` runs it. */
export function one<I>(
  run: (tx: Tx, input: I) => Promise<Answer>,
): (tx: Tx, inputs: I[]) => Promise<Answer[]> {
  return async (tx, inputs) => {
    const answers: Answer[] = []
    for (const input of inputs) answers.push(await run(tx, input))
    return answers
  }
}
