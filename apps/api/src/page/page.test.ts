import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { world } from '../../test/world.ts'

const root = mkdtempSync(join(tmpdir(), 'rivulet-page-'))
mkdirSync(join(root, 'assets'))
writeFileSync(join(root, 'index.html'), '<!doctype html><title>a page</title>')
writeFileSync(join(root, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
writeFileSync(join(root, 'assets', 'index-abc.js'), 'let a = 1')
writeFileSync(join(root, 'assets', 'index-abc.js.gz'), gzipSync('let a = 1'))
afterAll(() => rmSync(root, { recursive: true }))

const asked = { accept: 'text/html,application/xhtml+xml' }

test('a browser is given the page at each address that is no call', async () => {
  const { app } = await world({ PAGE_ROOT: root })
  for (const url of ['/', '/wallet', '/members/alice', '/posts/0?via=1']) {
    const answer = await app.inject({ url, headers: asked })
    expect(answer.statusCode, url).toBe(200)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toContain('a page')
  }
  for (const url of ['/v1/nothing', '/docs/nothing', '/assets/nothing.js', '/v1/posts/no-id']) {
    const answer = await app.inject({ url, headers: asked })
    expect(answer.statusCode, url).toBeGreaterThanOrEqual(400)
    expect(answer.body, url).not.toContain('a page')
  }
  // A client that mistypes a call is told so, and nobody can send to a page.
  expect(
    (await app.inject({ url: '/wallet', headers: { accept: 'application/json' } })).json(),
  ).toMatchObject({
    code: 'not_found',
  })
  expect((await app.inject({ method: 'POST', url: '/wallet', headers: asked })).statusCode).toBe(404)
})

test('the page loads from here alone, and asks here and the chain alone', async () => {
  const { app } = await world({ PAGE_ROOT: root, CHAIN_PUBLIC_RPC_URL: 'https://rpc.chain.test/key/1' })
  const { headers } = await app.inject({ url: '/latest', headers: asked })
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
      "connect-src 'self' https://rpc.chain.test; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
      "require-trusted-types-for 'script'; trusted-types dompurify",
  )
  expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' })
  // An answer of the API may load nothing at all.
  const call = await app.inject({ url: '/v1/network' })
  expect(call.headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'")
})

test('what was loaded is not loaded again', async () => {
  const { app } = await world({ PAGE_ROOT: root })
  const { etag } = (await app.inject({ url: '/', headers: asked })).headers
  const again = await app.inject({ url: '/', headers: { ...asked, 'if-none-match': String(etag) } })
  expect([again.statusCode, again.body]).toEqual([304, ''])
  const asset = await app.inject({ url: '/assets/index-abc.js', headers: { 'accept-encoding': 'gzip' } })
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(asset.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(asset.rawPayload).toString()).toBe('let a = 1')
})

test('where the page was not built, there is none', async () => {
  const { app } = await world({ PAGE_ROOT: join(root, 'nowhere') })
  const answer = await app.inject({ url: '/', headers: asked })
  expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' })
})
