import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import type { paths } from './generated/schema.ts'
import { namesRequests } from './idempotency.ts'
import { type Item, type ListOptions, type ListPath, pages } from './pages.ts'
import { type Fetch, type RetryOptions, retrying } from './retry.ts'
import { type Session, type Signer, signIn } from './sign-in.ts'
import { type StreamEvent, type StreamOptions, streamed } from './stream.ts'

export type ClientOptions = {
  /** Where the API is, without `/v1`. */
  url: string
  /** Of a session, or an API key. */
  token?: string
  retry?: RetryOptions
  /** Instead of the global one. */
  fetch?: Fetch
}

type Calls = Pick<FetchClient<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>

/** Every call of the API, typed by its document, and the little that a document cannot say. */
export type Client = Calls & {
  readonly url: string
  /** Who asks: the token of a session or an API key; null for nobody. May be set at any time. */
  token: string | null
  /** Signs in with a wallet and asks as that member from now on. */
  signIn(signer: Signer, options?: { statement?: string }): Promise<Session>
  /** A list from its first item to its last. */
  pages<P extends ListPath>(
    list: P,
    ...options: object extends ListOptions<P> ? [ListOptions<P>?] : [ListOptions<P>]
  ): AsyncGenerator<Item<P>, void>
  /** What happens, as it happens: see `streamed`. */
  stream(topics: string[], options?: StreamOptions): AsyncGenerator<StreamEvent, void>
}

/**
 * A client of the API. Nothing is asked before it is used. Requests that were not answered, or told to come later, are
 * repeated where that does no harm: see `retrying`.
 */
export function createClient({ url, token, retry = {}, fetch = globalThis.fetch }: ClientOptions): Client {
  const calls = createFetchClient<paths>({ baseUrl: url, fetch: retrying(fetch, retry) })
  const client: Client = {
    GET: calls.GET,
    POST: calls.POST,
    PUT: calls.PUT,
    PATCH: calls.PATCH,
    DELETE: calls.DELETE,
    url,
    token: token ?? null,
    async signIn(signer, options) {
      const session = await signIn(client, signer, options)
      client.token = session.token
      return session
    },
    stream: (topics, options) =>
      streamed(
        (request) => {
          if (client.token !== null) request.headers.set('authorization', `Bearer ${client.token}`)
          return fetch(request)
        },
        `${url}/v1/stream?topics=${topics.map(encodeURIComponent).join(',')}`,
        options,
      ),
    pages: (list, ...[options]) => pages(client, list, (options ?? {}) as ListOptions<typeof list>),
  }
  calls.use(namesRequests, {
    onRequest({ request }) {
      if (client.token !== null && !request.headers.has('authorization'))
        request.headers.set('authorization', `Bearer ${client.token}`)
      return request
    },
  })
  return client
}
