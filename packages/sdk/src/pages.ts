import type { Client } from './client.ts'
import type { paths } from './generated/schema.ts'
import { ok } from './problem.ts'

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never
type Get<P extends keyof paths> = paths[P] extends { get: infer Operation } ? Operation : never
type Answer<P extends keyof paths> =
  Get<P> extends { responses: { 200: infer Success } } ? Json<Success> : never

/** The calls that answer a list. */
export type ListPath = {
  [P in keyof paths]: Answer<P> extends { data: unknown[]; nextCursor: string | null } ? P : never
}[keyof paths]

/** An item of such a list. */
export type Item<P extends ListPath> = Answer<P> extends { data: (infer One)[] } ? One : never

type Parameters<P extends ListPath> = Get<P> extends { parameters: infer All } ? All : never
type Query<P extends ListPath> =
  Parameters<P> extends { query?: infer Some } ? Omit<NonNullable<Some>, 'cursor'> : never
type Path<P extends ListPath> = Parameters<P> extends { path: infer Some } ? { path: Some } : { path?: never }

/** What a list is asked: its path's parameters, its query but for the cursor. */
export type ListOptions<P extends ListPath> = Path<P> & { query?: Query<P>; signal?: AbortSignal }

/**
 * A list from its first item to its last, a page at a time, asked for as they are read.
 *
 *     for await (const post of pages(client, '/v1/feeds/latest')) …
 *
 * @throws ProblemError when a page is refused
 */
export async function* pages<P extends ListPath>(
  client: Pick<Client, 'GET'>,
  list: P,
  { path, query, signal }: ListOptions<P>,
): AsyncGenerator<Item<P>, void> {
  const get = client.GET as (list: string, options: object) => Promise<{ data?: Page<P>; response: Response }>
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const params = { path, query: { ...query, ...(cursor === undefined ? {} : { cursor }) } }
    const page: Page<P> = ok(await get(list, { params, signal }))
    yield* page.data
    cursor = page.nextCursor
  }
}

type Page<P extends ListPath> = { data: Item<P>[]; nextCursor: string | null }
