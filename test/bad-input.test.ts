import { randomUUID } from 'node:crypto'
import { Wallet } from 'ethers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Member } from '../scripts/outside/member.ts'
import { until } from '../scripts/outside/until.ts'
import { AMOUNTS, TEXTS } from './corpus.ts'
import { everything, expectRefusal } from './refusal.ts'
import { dollars, openScene, type Scene, send } from './scene.ts'

/*
 * Whatever is sent, the answer says what is wrong with it, and nobody's money or words have changed.
 */

let scene: Scene
let alice: Member
let bob: Member
let post: { id: string }
let withdrawal: { id: string }

beforeAll(async () => {
  scene = await openScene()
  ;[alice, bob] = await Promise.all([scene.person('alice'), scene.person('bob', dollars('10'))])
  post = await alice.call('POST', '/v1/posts', { kind: 'note', text: 'Here I stand.' })
  await bob.call('PUT', `/v1/posts/${post.id}/like`)
  await bob.call('POST', '/v1/posts', { kind: 'note', text: 'One.' })
  await bob.call('POST', '/v1/posts', { kind: 'note', text: 'Two.' })
  withdrawal = await bob.call('POST', '/v1/wallet/withdrawals', { amount: '1' })
  await until('the withdrawal is final', async () => {
    const { status } = await bob.call<{ status: string }>('GET', `/v1/wallet/withdrawals/${withdrawal.id}`)
    return status === 'confirmed'
  })
})

afterAll(async () => {
  await scene?.lawsHold().finally(() => scene.close())
})

let before: unknown
beforeEach(async () => {
  before = await everything(scene)
})
afterEach(async () => {
  expect(await everything(scene)).toEqual(before)
})

const as = (member: Member, json: unknown) => ({ token: member.token, key: randomUUID(), json })

describe('signing in', () => {
  type Wish = {
    domain?: string
    uri?: string
    chainId?: number
    nonce?: string
    more?: string[]
    version?: string
  }

  async function messageOf(wallet: { address: string }, wish: Wish = {}): Promise<string> {
    const { auth, chain } = scene.network
    const nonce = wish.nonce ?? (await send(scene, 'POST', '/v1/auth/nonce')).body.nonce
    return [
      `${wish.domain ?? auth.domain} wants you to sign in with your Ethereum account:`,
      wallet.address,
      '',
      '',
      `URI: ${wish.uri ?? auth.uri}`,
      `Version: ${wish.version ?? 1}`,
      `Chain ID: ${wish.chainId ?? chain.id}`,
      `Nonce: ${nonce}`,
      `Issued At: ${new Date().toISOString()}`,
      ...(wish.more ?? []),
    ].join('\n')
  }
  const verify = (message: unknown, signature: unknown) =>
    send(scene, 'POST', '/v1/auth/verify', { json: { message, signature } })

  test('with somebody else’s signature, or none', async () => {
    const message = await messageOf(bob.wallet)
    expectRefusal(await verify(message, await alice.wallet.signMessage(message)), 401, 'bad_signature')
    const another = await messageOf(bob.wallet)
    expectRefusal(await verify(another, await bob.wallet.signMessage(message)), 401, 'bad_signature')
    for (const signature of ['0x', `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`]) {
      const answer = await verify(await messageOf(bob.wallet), signature)
      expect([401, 422], JSON.stringify(answer.body)).toContain(answer.status)
      expectRefusal(answer, answer.status)
    }
  })

  test('with a nonce that was used, or never handed out', async () => {
    const message = await messageOf(bob.wallet)
    expectRefusal(await verify(message, await alice.wallet.signMessage(message)), 401, 'bad_signature')
    // The attempt above has used the nonce up.
    expectRefusal(await verify(message, await bob.wallet.signMessage(message)), 401, 'nonce_used')
    const invented = await messageOf(bob.wallet, { nonce: 'abcdefgh12345678' })
    expectRefusal(await verify(invented, await bob.wallet.signMessage(invented)), 401, 'nonce_used')
  })

  test('to another domain, address or chain', async () => {
    for (const wish of [{ domain: 'evil.example' }, { uri: 'https://evil.example' }, { chainId: 1 }]) {
      const message = await messageOf(bob.wallet, wish)
      expectRefusal(await verify(message, await bob.wallet.signMessage(message)), 401, 'domain_mismatch')
    }
    // The Host header is the client's own and says nothing.
    const message = await messageOf(bob.wallet, { domain: 'evil.example' })
    const answer = await send(scene, 'POST', '/v1/auth/verify', {
      json: { message, signature: await bob.wallet.signMessage(message) },
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    })
    expectRefusal(answer, 401, 'domain_mismatch')
  })

  test('with a message that has expired, or is not valid yet', async () => {
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
    for (const line of [`Expiration Time: ${at(-1)}`, `Not Before: ${at(600)}`]) {
      const message = await messageOf(bob.wallet, { more: [line] })
      expectRefusal(await verify(message, await bob.wallet.signMessage(message)), 401, 'expired')
    }
  })

  test('with something that is no such message', async () => {
    const stranger = Wallet.createRandom()
    const versionTwo = await messageOf(stranger, { version: '2' })
    for (const message of [
      '',
      'let me in',
      `${await messageOf(stranger)}\nYours`,
      versionTwo,
      'x'.repeat(50_000),
    ]) {
      const answer = await verify(message, await stranger.signMessage(message))
      expectRefusal(answer, 422, 'validation_failed', '#/message')
    }
    expectRefusal(await verify(7, '0x'), 422, 'validation_failed', '#/message')
    expectRefusal(await verify('hello', undefined), 422, 'validation_failed', '#/signature')
  })

  test('not at all, or with a token that is none', async () => {
    for (const token of [undefined, '', 'x', `${bob.token}x`, 'a'.repeat(4000)]) {
      const answer = await send(scene, 'GET', '/v1/wallet', token === undefined ? {} : { token })
      expectRefusal(answer, 401)
    }
    const answer = await send(scene, 'POST', '/v1/tips', {
      key: randomUUID(),
      json: { memberId: alice.id, amount: '1' },
    })
    expectRefusal(answer, 401)
  })
})

describe('amounts', () => {
  const CALLS: [path: string, body: () => Record<string, unknown>][] = [
    ['/v1/tips', () => ({ memberId: alice.id })],
    ['/v1/tips', () => ({ postId: post.id })],
    ['/v1/wallet/pledge', () => ({})],
    ['/v1/wallet/withdrawals', () => ({})],
  ]

  test.each(AMOUNTS)('%s', async (_, amount) => {
    for (const [path, body] of CALLS) {
      const answer = await send(scene, 'POST', path, as(bob, { ...body(), amount }))
      expectRefusal(answer, 422, 'validation_failed', '#/amount')
    }
  })

  test('left out', async () => {
    for (const [path, body] of CALLS)
      expectRefusal(await send(scene, 'POST', path, as(bob, body())), 422, 'validation_failed', '#/amount')
  })

  test('more than there is', async () => {
    for (const amount of ['9.000000001', '9.1', '999999999', '999999999.999999999'])
      for (const [path, body] of CALLS.slice(0, 3))
        expectRefusal(
          await send(scene, 'POST', path, as(bob, { ...body(), amount })),
          409,
          'insufficient_funds',
        )
    for (const amount of ['9.000001', '999999999', '999999999.999999'])
      expectRefusal(
        await send(scene, 'POST', '/v1/wallet/withdrawals', as(bob, { amount })),
        409,
        'insufficient_funds',
      )
    const bare = as(alice, { memberId: bob.id, amount: '0.000000001' })
    const answer = await send(scene, 'POST', '/v1/tips', bare)
    expect([409, 422], JSON.stringify(answer.body)).toContain(answer.status)
  })

  test('too fine, or too small, to be withdrawn', async () => {
    for (const amount of ['1.0000001', '1.000000001', '0.0009', '0.000000001']) {
      const answer = await send(scene, 'POST', '/v1/wallet/withdrawals', as(bob, { amount }))
      expectRefusal(answer, 422, undefined, '#/amount')
    }
  })
})

describe('texts', () => {
  test.each(TEXTS)('%s', async (_, text) => {
    const places: [path: string, method: string, pointer: string, body: unknown][] = [
      ['/v1/posts', 'POST', '#/text', { kind: 'note', text }],
      ['/v1/posts', 'POST', '#/text', { kind: 'article', text }],
      ['/v1/posts', 'POST', '#/text', { kind: 'note', text, replyTo: post.id }],
      ['/v1/posts', 'POST', '#/title', { kind: 'article', text: 'Right.', title: text }],
      ['/v1/posts', 'POST', '#/tags/0', { kind: 'note', text: 'Right.', tags: [text] }],
      ['/v1/tips', 'POST', '#/message', { memberId: alice.id, amount: '1', message: text }],
      ['/v1/me', 'PATCH', '#/displayName', { displayName: text }],
      ['/v1/me', 'PATCH', '#/bio', { bio: text }],
    ]
    for (const [path, method, pointer, body] of places) {
      const answer = await send(scene, method, path, as(bob, body))
      // What is more than a call takes altogether is not looked into; calls that take a text tell its length.
      const large = JSON.stringify(body).length > 60_000 && path !== '/v1/posts'
      if (large && answer.status === 413) expectRefusal(answer, 413)
      else expectRefusal(answer, 422, 'validation_failed', pointer)
    }
  })

  test('of no characters', async () => {
    for (const kind of ['note', 'article']) {
      const answer = await send(scene, 'POST', '/v1/posts', as(bob, { kind, text: '' }))
      expectRefusal(answer, 422, 'validation_failed', '#/text')
    }
  })
})

describe('requests', () => {
  test('with a field nobody knows', async () => {
    const calls: [method: string, path: string, body: Record<string, unknown>][] = [
      ['POST', '/v1/posts', { kind: 'note', text: 'Right.' }],
      ['POST', '/v1/tips', { memberId: alice.id, amount: '1' }],
      ['POST', '/v1/wallet/pledge', { amount: '1' }],
      ['POST', '/v1/wallet/withdrawals', { amount: '1' }],
      ['PATCH', '/v1/me', { bio: 'Right.' }],
      ['POST', '/v1/dev/faucet', { address: bob.wallet.address }],
    ]
    for (const [method, path, body] of calls) {
      const answer = await send(scene, method, path, as(bob, { ...body, surprise: 1 }))
      expectRefusal(answer, 422, 'validation_failed', '#/surprise')
    }
    const liked = await send(scene, 'PUT', `/v1/posts/${post.id}/like`, as(alice, { amount: '1' }))
    expectRefusal(liked, 422, 'validation_failed')
  })

  test('that are not JSON, or not said to be', async () => {
    for (const raw of [
      '{',
      '{"kind":"note",}',
      'kind=note',
      '"',
      '{"a":1}{"b":2}',
      new Uint8Array([0x22, 0xff, 0x22]),
    ]) {
      const answer = await send(scene, 'POST', '/v1/posts', { token: bob.token, raw })
      expectRefusal(answer, 400, 'malformed_json')
    }
    for (const raw of ['null', '[]', '7', '"text"', 'true']) {
      const answer = await send(scene, 'POST', '/v1/posts', { token: bob.token, raw })
      expectRefusal(answer, 422, 'validation_failed')
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const raw = '{"kind":"note","text":"Right."}'
      const headers = { 'content-type': type }
      expectRefusal(await send(scene, 'POST', '/v1/posts', { token: bob.token, raw, headers }), 415)
    }
  })

  test('larger than any call takes', async () => {
    const json = { kind: 'note', text: 'a'.repeat(8_000_000) }
    expectRefusal(await send(scene, 'POST', '/v1/posts', { token: bob.token, json }), 413)
    const tip = { memberId: alice.id, amount: '1', message: 'a'.repeat(8_000_000) }
    expectRefusal(await send(scene, 'POST', '/v1/tips', as(bob, tip)), 413)
  })

  test('with a cursor of another list, of another member, or of nobody', async () => {
    const page = await send(scene, 'GET', '/v1/feeds/latest?limit=1', { token: bob.token })
    expect(page.body.nextCursor).toEqual(expect.any(String))
    const own = await send(scene, 'GET', '/v1/wallet/entries?limit=1', { token: bob.token })
    expect(own.body.nextCursor).toEqual(expect.any(String))
    const foreign: [path: string, cursor: string, token: string][] = [
      ['/v1/wallet/entries', page.body.nextCursor, bob.token],
      ['/v1/wallet/withdrawals', page.body.nextCursor, bob.token],
      ['/v1/feeds/latest', own.body.nextCursor, bob.token],
      ['/v1/wallet/entries', own.body.nextCursor, alice.token],
      [`/v1/members/${alice.id}/posts`, page.body.nextCursor, bob.token],
      ['/v1/feeds/latest', 'x', bob.token],
      ['/v1/feeds/latest', Buffer.from('{"after":1}').toString('base64url'), bob.token],
      ['/v1/feeds/latest', 'a'.repeat(3000), bob.token],
    ]
    for (const [path, cursor, token] of foreign) {
      const answer = await send(scene, 'GET', `${path}?cursor=${encodeURIComponent(cursor)}`, { token })
      expectRefusal(answer, 400, 'invalid_cursor')
    }
    for (const limit of ['0', '101', '-1', '1.5', 'all', ''])
      expectRefusal(await send(scene, 'GET', `/v1/feeds/latest?limit=${limit}`), 422, 'validation_failed')
  })

  test('for what is not there', async () => {
    for (const id of [
      randomUUID(),
      '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11',
      'x',
      '%00',
      "';drop table posts;--",
    ]) {
      for (const [method, path] of [
        ['PUT', `/v1/posts/${encodeURIComponent(id)}/like`],
        ['DELETE', `/v1/posts/${encodeURIComponent(id)}/like`],
        ['GET', `/v1/posts/${encodeURIComponent(id)}`],
        ['GET', `/v1/wallet/withdrawals/${encodeURIComponent(id)}`],
        ['PUT', `/v1/members/${encodeURIComponent(id)}/follow`],
      ] as const)
        expectRefusal(await send(scene, method, path, { token: bob.token }), 404)
      const comment = as(bob, { kind: 'note', text: 'Right.', replyTo: id })
      const answer = await send(scene, 'POST', '/v1/posts', comment)
      expect([404, 422], JSON.stringify(answer.body)).toContain(answer.status)
      for (const to of [{ postId: id }, { memberId: id }]) {
        const tip = await send(scene, 'POST', '/v1/tips', as(bob, { ...to, amount: '1' }))
        expect([404, 422], JSON.stringify(tip.body)).toContain(tip.status)
      }
    }
    expectRefusal(await send(scene, 'GET', '/v1/nothing'), 404)
    expectRefusal(await send(scene, 'GET', '/%'), 400)
  })

  test('to tip oneself, nobody, or two at once', async () => {
    expectRefusal(await send(scene, 'POST', '/v1/tips', as(bob, { memberId: bob.id, amount: '1' })), 422)
    expectRefusal(await send(scene, 'POST', '/v1/tips', as(bob, { amount: '1' })), 422)
    const two = { memberId: alice.id, postId: post.id, amount: '1' }
    expectRefusal(await send(scene, 'POST', '/v1/tips', as(bob, two)), 422)
  })
})

describe('withdrawals', () => {
  test('that are somebody else’s', async () => {
    const path = `/v1/wallet/withdrawals/${withdrawal.id}`
    for (const method of ['GET', 'DELETE'])
      expectRefusal(await send(scene, method, path, { token: alice.token }), 404)
    expectRefusal(await send(scene, 'GET', path), 401)
    const list = await send(scene, 'GET', '/v1/wallet/withdrawals', { token: alice.token })
    expect(list.body.data).toEqual([])
  })

  test('that were paid cannot be cancelled', async () => {
    const path = `/v1/wallet/withdrawals/${withdrawal.id}`
    expectRefusal(await send(scene, 'DELETE', path, { token: bob.token }), 409, 'not_cancellable')
  })

  test('to where money would be lost, or to others', async () => {
    const { chain, asset } = scene.network
    const places = [
      `0x${'0'.repeat(40)}`,
      chain.vault,
      chain.vault.toLowerCase(),
      asset.address,
      alice.wallet.address,
      'alice',
      '0x12',
      '',
      `${bob.wallet.address.slice(0, -1)}g`,
      7,
    ]
    for (const to of places) {
      const answer = await send(scene, 'POST', '/v1/wallet/withdrawals', as(bob, { amount: '1', to }))
      expectRefusal(answer, 422, undefined, '#/to')
    }
  })
})

describe('Idempotency-Keys', () => {
  const bodies: [path: string, first: () => object, other: () => object][] = [
    [
      '/v1/tips',
      () => ({ memberId: alice.id, amount: '0.01' }),
      () => ({ memberId: alice.id, amount: '0.02' }),
    ],
    ['/v1/wallet/pledge', () => ({ amount: '0.01' }), () => ({ amount: '0.02' })],
    ['/v1/wallet/withdrawals', () => ({ amount: '0.01' }), () => ({ amount: '0.02' })],
  ]

  test('that are missing, or none', async () => {
    for (const [path, body] of bodies) {
      const answer = await send(scene, 'POST', path, { token: bob.token, json: body() })
      expectRefusal(answer, 400, 'idempotency_key_required')
      const long = { token: bob.token, json: body(), key: 'k'.repeat(5000) }
      expectRefusal(await send(scene, 'POST', path, long), 422)
    }
  })

  test('that come back with another body', async () => {
    for (const [path, body, other] of bodies) {
      const key = randomUUID()
      // Refused, since alice has nothing; the key is taken all the same.
      const first = { ...bodyFor(path, body()) }
      expectRefusal(
        await send(scene, 'POST', path, { token: alice.token, key, json: first }),
        409,
        'insufficient_funds',
      )
      const json = bodyFor(path, other())
      expectRefusal(
        await send(scene, 'POST', path, { token: alice.token, key, json }),
        422,
        'idempotency_mismatch',
      )
      const again = await send(scene, 'POST', path, { token: alice.token, key, json: first })
      expectRefusal(again, 409, 'insufficient_funds')
      expect(again.headers.get('idempotent-replayed')).toBe('true')
    }
  })

  // Alice tips bob, not herself.
  const bodyFor = (path: string, body: object) => (path === '/v1/tips' ? { ...body, memberId: bob.id } : body)
})
