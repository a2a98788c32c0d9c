import { z } from 'zod'
import { type Code, PROBLEMS } from './codes.ts'

/** Where in the request something is wrong, and what. */
export type Fault = { pointer: string; detail: string }

/** What a refusal says beyond what every one says (RFC 9457 §3.2). */
export type Extension = {
  /** Of `payment_required`: a decimal of the asset, and the call that pays it. */
  price?: string
  unlock?: { method: 'POST'; path: string }
  /** Of `spend_limit`: what the key may still spend, a decimal of the asset, and until when. */
  left?: string
  endsAt?: string
  /** Of `suspended` and `post_removed`: why, the action, and the call that appeals against it. */
  reason?: string
  actionId?: string
  appeal?: { method: 'POST'; path: string }
  /** Of `suspended`: the end; null where there is none. */
  until?: string | null
}

type More = { faults?: Fault[]; retryAfterSeconds?: number; extension?: Extension }

/**
 * A refusal on its way to the client. Routes throw what `problem` makes; verbs never do, they answer with unions.
 */
export class Problem extends Error {
  readonly code: Code
  readonly faults: Fault[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly extension: Extension | undefined

  constructor(code: Code, detail?: string, more: More = {}) {
    super(detail ?? PROBLEMS[code].title)
    this.code = code
    this.faults = more.faults
    this.retryAfterSeconds = more.retryAfterSeconds
    this.extension = more.extension
  }
}

/** Turns the refusal of a verb into what a route throws: `if (!result.ok) throw problem(result.code)`. */
export function problem(code: Code, detail?: string, more?: More): Problem {
  return new Problem(code, detail, more)
}

/** The body of every refusal: problem details (RFC 9457) with a stable `code`. */
export const ProblemSchema = z
  .object({
    type: z.string().meta({ description: 'A URN that names the kind of problem.' }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable: branch on this.', examples: ['validation_failed'] }),
    detail: z.string(),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'A JSON pointer (RFC 6901) as a URI fragment.' }),
          detail: z.string(),
        }),
      )
      .optional(),
    price: z.string().optional().meta({ description: 'Of `payment_required`.' }),
    unlock: z
      .object({ method: z.literal('POST'), path: z.string() })
      .optional()
      .meta({ description: 'Of `payment_required`: the call that pays for the text, for ever.' }),
    left: z.string().optional().meta({ description: 'Of `spend_limit`: what the key may still spend.' }),
    endsAt: z.string().optional().meta({ description: 'Of `spend_limit`: when its next day begins.' }),
    reason: z.string().optional().meta({ description: 'Of `suspended` and `post_removed`, when it is you.' }),
    actionId: z.string().optional().meta({ description: 'Of the same: what to appeal against.' }),
    appeal: z.object({ method: z.literal('POST'), path: z.string() }).optional(),
    until: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'Of `suspended`: when it ends; null: not by itself.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' })

export type ProblemBody = z.infer<typeof ProblemSchema>

export function problemBody(
  code: Code,
  detail: string,
  requestId: string,
  faults?: Fault[],
  extension?: Extension,
): { status: number; body: ProblemBody } {
  const { status, title } = PROBLEMS[code]
  const body = { type: `urn:rivulet:problem:${code}`, title, status, code, detail, requestId, ...extension }
  return { status, body: faults ? { ...body, errors: faults } : body }
}
