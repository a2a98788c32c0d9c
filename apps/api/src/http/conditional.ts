import { createHash } from 'node:crypto'
import { z } from 'zod'

/** An entity tag as it is written: an opaque text in quotes (RFC 9110 §8.8.3). */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g

/** A strong entity tag of what a resource says: 128 bits of a hash, quoted. */
export function etagOf(parts: readonly (string | null)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16)
  return `"${hash.toString('base64url')}"`
}

/**
 * Whether an `If-Match` lets a change happen (RFC 9110 §13.1.1, strong comparison): one of its tags is the tag as it is
 * now, or it is `*`. What is no list of tags lets nothing happen.
 */
export function ifMatch(field: string, etag: string): boolean {
  return field.trim() === '*' || tagsOf(field).includes(etag)
}

/** Whether an `If-None-Match` says that the client has it already (RFC 9110 §13.1.2, weak comparison). */
export function ifNoneMatch(field: string | undefined, etag: string): boolean {
  if (field === undefined) return false
  return field.trim() === '*' || tagsOf(field).some((tag) => tag.replace(/^W\//, '') === etag)
}

const tagsOf = (field: string): string[] => field.match(TAG) ?? []

const header = (description: string) =>
  z
    .string()
    .optional()
    .meta({ description, examples: ['"3q2-7wAAAAAAAAAAAAAAAA"'] })

const IfNoneMatch = z.object({
  'if-none-match': header(
    'The `ETag` of what you have: if it still is that, the answer is 304, without a body.',
  ),
})

const IfMatch = z.object({
  'if-match': header(
    'The `ETag` of what you saw: if it was changed since, the answer is 412, and nothing changes.',
  ),
})

/** The answer of a conditional read that has nothing new to say. */
export const NotModified = z.null().describe('It is what you have.')

/** Documents that a read takes `If-None-Match`. */
export const conditionalRead = <O extends { schema: object }>(options: O) => withHeaders(options, IfNoneMatch)

/** Documents that a change takes `If-Match`. */
export const conditionalChange = <O extends { schema: object }>(options: O) => withHeaders(options, IfMatch)

function withHeaders<O extends { schema: object }>(options: O, headers: z.ZodType) {
  return { ...options, schema: { ...options.schema, headers } as O['schema'] }
}
