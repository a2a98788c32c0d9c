import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyMessage } from 'ethers'
import { SiweMessage } from 'siwe'
import { afterEach, expect, test } from 'vitest'
import { call } from './client.ts'
import { person, walletOf } from './person.ts'

let server: Server | null = null
afterEach(() => server?.close())

interface Request {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
}

/** A server that answers as told, and tells what it was asked. */
async function serve(answer: (request: Request) => { status?: number; body?: unknown }) {
  const requests: Request[] = []
  server = createServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    const request = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, body }
    requests.push(request)
    const { status = 200, body: answered } = answer(request)
    response.writeHead(status, { 'content-type': 'application/problem+json' })
    response.end(answered === undefined ? '' : JSON.stringify(answered))
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server!.address() as AddressInfo).port}`, requests }
}

const network = {
  auth: { domain: 'rivulet.example', uri: 'https://rivulet.example' },
  chain: { id: 31337, vault: '0x0000000000000000000000000000000000000001' },
  asset: { symbol: 'tUSD', address: '0x0000000000000000000000000000000000000002', decimals: 6 },
}

test('the same name is the same wallet, another name another', () => {
  expect(walletOf('alice').address).toBe(walletOf('alice').address)
  expect(walletOf('alice').address).not.toBe(walletOf('bob').address)
})

test('signs in with a message of the server’s domain, chain and nonce, by her own key', async () => {
  const { url, requests } = await serve(({ path }) => ({
    body: {
      '/v1/network': network,
      '/v1/auth/nonce': { nonce: 'abcdefgh12345678', expiresAt: 'soon' },
      '/v1/auth/verify': { token: 'her-token', member: { id: 'her-id' } },
      '/v1/wallet': { available: '1' },
    }[path],
  }))
  const alice = await person('alice').signIn(url)

  const { message, signature } = JSON.parse(requests.find(({ path }) => path === '/v1/auth/verify')!.body)
  expect(verifyMessage(message, signature)).toBe(alice.address)
  expect(new SiweMessage(message)).toMatchObject({
    ...{ domain: 'rivulet.example', uri: 'https://rivulet.example', chainId: 31337 },
    ...{ nonce: 'abcdefgh12345678', address: alice.address },
  })
  expect((await alice.balances()).available).toBe('1')
  expect(requests.at(-1)!.headers.authorization).toBe('Bearer her-token')
  expect(alice.id).toBe('her-id')
})

test('what moves money carries a key of its own, unless the test says otherwise', async () => {
  const { url, requests } = await serve(() => ({ body: {} }))
  const tip = { url, method: 'POST', path: '/v1/tips', body: { amount: '1' } }
  await call(tip)
  await call(tip)
  await call({ ...tip, headers: { 'idempotency-key': 'mine' } })
  await call({ ...tip, headers: { 'idempotency-key': null } })
  await call({ ...tip, path: '/v1/posts' })
  const keys = requests.map(({ headers }) => headers['idempotency-key'])
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
  expect(keys[1]).not.toBe(keys[0])
  expect(keys.slice(2)).toEqual(['mine', undefined, undefined])
})

test('text is sent as it stands, so that broken JSON can be', async () => {
  const { url, requests } = await serve(() => ({ body: {} }))
  await call({ url, method: 'POST', path: '/v1/posts', body: '{"kind":' })
  expect(requests[0]!.body).toBe('{"kind":')
})

test('a refusal is an answer to call, and an error to a verb', async () => {
  const { url } = await serve(({ path }) =>
    path === '/v1/tips' ? { status: 409, body: { code: 'insufficient_funds' } } : { body: network },
  )
  const bob = person('bob')
  await bob.signIn(url).catch(() => {})
  const answer = await bob.call<{ code: string }>('POST', '/v1/tips', { amount: '5' })
  expect([answer.status, answer.body.code]).toEqual([409, 'insufficient_funds'])
  await expect(bob.tips({ memberId: 'alice' }, '5')).rejects.toThrow(
    /POST \/v1\/tips answered 409.*insufficient_funds/,
  )
})
