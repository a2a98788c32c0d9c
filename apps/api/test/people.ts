import { randomUUID } from 'node:crypto'
import { type Client, createClient, type Fetch } from '@rivulet/sdk'
import { Wallet } from 'ethers'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { SiweMessage } from 'siwe'
import { TEST_ENV } from './world.ts'

export type Answer = {
  status: number
  headers: Record<string, string | number | string[] | undefined>
  // biome-ignore lint/suspicious/noExplicitAny: the tests are what says which shape it has
  body: any
}

/** Calls the API without a socket. `body` is sent as JSON, or as it is when it is a text. */
export async function call(
  app: FastifyInstance,
  method: HTTPMethods,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const json = /[/+]json/.test(String(answer.headers['content-type']))
  return { status: answer.statusCode, headers: answer.headers, body: json ? answer.json() : answer.body }
}

/** The SDK's client of an API without a socket, which answers at once or not at all. */
export function clientOf(app: FastifyInstance, token?: string): Client {
  const fetch: Fetch = async (request) => {
    const { pathname, search } = new URL(request.url)
    const body = await request.text()
    const answer = await app.inject({
      method: request.method as 'GET',
      url: pathname + search,
      headers: Object.fromEntries(request.headers),
      ...(body === '' ? {} : { payload: body }),
    })
    const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    )
    const isEmpty = [204, 304].includes(answer.statusCode)
    return new Response(isEmpty ? null : answer.rawPayload, { status: answer.statusCode, headers })
  }
  return createClient({ url: TEST_ENV.PUBLIC_URL, fetch, retry: { retries: 0 }, ...(token ? { token } : {}) })
}

/** What a wallet would show and sign, for this deployment unless told otherwise. */
export function signInMessage(address: string, nonce: string, change: Partial<SiweMessage> = {}): string {
  return new SiweMessage({
    domain: new URL(TEST_ENV.PUBLIC_URL).host,
    uri: TEST_ENV.PUBLIC_URL,
    address,
    version: '1',
    chainId: Number(TEST_ENV.CHAIN_ID),
    nonce,
    issuedAt: new Date().toISOString(),
    ...change,
  }).toMessage()
}

export async function newNonce(app: FastifyInstance): Promise<string> {
  return (await call(app, 'POST', '/v1/auth/nonce')).body.nonce
}

export type Person = {
  id: string
  address: string
  wallet: Wallet | ReturnType<typeof Wallet.createRandom>
  token: string
  /** The same by the SDK. */
  client: Client
  /** The answer to the sign-in. */
  signIn: Answer
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  post(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(url: string, body?: unknown): Promise<Answer>
  patch(url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(url: string): Promise<Answer>
  /** Publishes a note and answers with it. */
  writes(text: string, more?: object): Promise<Answer['body']>
}

/** Somebody with a wallet, signed in. */
export async function person(app: FastifyInstance, wallet = Wallet.createRandom()): Promise<Person> {
  const message = signInMessage(wallet.address, await newNonce(app))
  const signIn = await call(app, 'POST', '/v1/auth/verify', {
    message,
    signature: await wallet.signMessage(message),
  })
  if (signIn.status !== 200) throw new Error(`no sign-in: ${JSON.stringify(signIn.body)}`)
  const { token, member } = signIn.body
  const as = (method: HTTPMethods, url: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(app, method, url, body, { authorization: `Bearer ${token}`, ...headers })
  return {
    id: member.id,
    address: wallet.address,
    wallet,
    token,
    client: clientOf(app, token),
    signIn,
    get: (url, headers) => as('GET', url, undefined, headers),
    post: (url, body, headers) => as('POST', url, body, headers),
    put: (url, body) => as('PUT', url, body),
    patch: (url, body, headers) => as('PATCH', url, body, headers),
    delete: (url) => as('DELETE', url),
    async writes(text, more = {}) {
      const published = await as('POST', '/v1/posts', { kind: 'note', text, ...more })
      if (published.status !== 201) throw new Error(`not published: ${JSON.stringify(published.body)}`)
      return published.body
    },
  }
}

/** An id that names nothing. */
export const NOBODY = randomUUID()
