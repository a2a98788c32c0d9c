import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { problem } from '../errors/problem.ts'
import type { Cursors, ListName } from './cursor.ts'

/** The query of every list. */
export const ListQuery = z.strictObject({
  limit: z.coerce
    .number('must be a number from 1 to 100')
    .int('must be a whole number from 1 to 100')
    .min(1, 'must be 1 to 100')
    .max(100, 'must be 1 to 100')
    .default(20)
    .meta({ description: 'How many at most.' }),
  cursor: z.string().optional().meta({ description: 'The `nextCursor` of the page before.' }),
})

/** The answer of every list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    data: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'For the next page; null on the last.' }),
  })
}

/** What a list asks its store for: one more than the limit tells whether there is a next page. */
export type Slice = { after: string | undefined; take: number }

/**
 * Answers one page of a list: reads the cursor, asks `fetch` for one row more than the limit, and sets
 * `Link: rel="next"` (RFC 8288).
 *
 * @param fetch rows in the order of the list, at most `take`, beginning behind `after`
 * @param keyOf the key of a row, for the cursor behind it
 * @throws a problem `invalid_cursor` for a cursor this list did not hand out
 */
export async function page<Row>(
  request: FastifyRequest,
  reply: FastifyReply,
  { cursors, publicUrl }: { cursors: Cursors; publicUrl: string },
  list: ListName,
  fetch: (slice: Slice) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): Promise<{ data: Row[]; nextCursor: string | null }> {
  const { limit, cursor } = request.query as z.infer<typeof ListQuery>
  const after = cursor === undefined ? undefined : cursors.decode(list, cursor)
  if (cursor !== undefined && after === undefined) throw problem('invalid_cursor')
  const rows = await fetch({ after, take: limit + 1 })
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  const nextCursor = rows.length > limit && last !== undefined ? cursors.encode(list, keyOf(last)) : null
  if (nextCursor !== null) linkNext(request, reply, publicUrl, nextCursor)
  return { data, nextCursor }
}

/** Names the next page in the headers (RFC 8288). */
export function linkNext(
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
  nextCursor: string,
): void {
  reply.header('link', `<${nextUrl(request, publicUrl, nextCursor)}>; rel="next"`)
}

function nextUrl(request: FastifyRequest, publicUrl: string, cursor: string): string {
  const url = new URL(request.url, publicUrl)
  url.searchParams.set('cursor', cursor)
  return publicUrl + url.pathname + url.search
}
