import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { type Receiver, receiver, selfSigned } from '../../test/certificate.ts'
import { send } from './send.ts'

const tls = selfSigned()
const laptop = { toPrivate: true, ports: [], timeoutMs: 30_000, ca: tls.cert }
const internet = { ...laptop, toPrivate: false, ports: [443] }
const opened: Server[] = []
afterAll(() => {
  for (const server of opened) server.close().closeAllConnections()
})

const receives: typeof receiver = async (...how) => {
  const one = await receiver(...how)
  opened.push(one.server)
  return one
}
const portOf = (server: Server) => (server.address() as AddressInfo).port

/** Something of this machine that must not be reached: how often it was. */
async function secretService() {
  const server = createServer((_, response) => response.end('the keys of the house'))
  let connections = 0
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(server)
  return { port: portOf(server), connections: () => connections }
}

const post = (url: string, options: Parameters<typeof send>[1]) =>
  send({ url, headers: {}, body: '{"type":"ping"}' }, options)

test('a redirect to this machine is not followed', async () => {
  const service = await secretService()
  for (const status of [301, 302, 303, 307, 308]) {
    const at = await receives(tls, (response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${service.port}/` }).end(),
    )
    expect(await post(at.url, laptop)).toEqual({ status })
  }
  expect(service.connections()).toBe(0)
})

test('an address of this machine is not connected to, however it is named', async () => {
  const service = await secretService()
  const anyPort = { ...internet, ports: [service.port] }
  for (const host of ['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])
    expect(await post(`https://${host}:${service.port}/`, anyPort)).toEqual({ error: 'bad_url' })
  for (const addresses of [
    ['127.0.0.1'],
    ['93.184.216.34', '127.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['10.0.0.1'],
  ]) {
    const resolve = async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? (6 as const) : (4 as const) }))
    expect(await post(`https://bot.example.com:${service.port}/`, { ...anyPort, resolve })).toEqual({
      error: 'not_public',
    })
  }
  expect(service.connections()).toBe(0)
})

test('a name that leads elsewhere the second time is asked once a request, and looked at each time', async () => {
  const service = await secretService()
  const at = await receives(tls)
  const port = new URL(at.url).port
  const asked: string[] = []
  // 127.0.0.1 stands for what is public here, 127.0.0.2 for what is not.
  const resolve = async (name: string) => {
    asked.push(name)
    return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 as const }]
  }
  const isAllowed = (address: string) => address === '127.0.0.1'
  const options = { ...internet, ports: [Number(port)], resolve, isAllowed }
  // The certificate is for localhost, and the name is checked, so the request did get there.
  const name = `https://localhost:${port}/`
  expect(await post(name, { ...options, toPrivate: true })).toEqual({ status: 204 })
  expect(await post(name, { ...options, toPrivate: true })).toEqual({ error: 'not_public' })
  expect([asked, at.received.length]).toEqual([['localhost', 'localhost'], 1])
  expect(service.connections()).toBe(0)
})

test('by http it goes to this machine only, and only where that is configured', async () => {
  const service = await secretService()
  expect(await post(`http://127.0.0.1:${service.port}/`, laptop)).toEqual({ status: 200 })
  expect(await post(`http://127.0.0.1:${service.port}/`, internet)).toEqual({ error: 'bad_url' })
  const resolve = async () => [{ address: '192.168.1.7', family: 4 as const }]
  expect(await post(`http://localhost:${service.port}/`, { ...laptop, resolve })).toEqual({
    error: 'not_public',
  })
  expect(service.connections()).toBe(1)
})

test('a certificate of nobody known is refused, and so is one for another name', async () => {
  const at = await receives(tls)
  const { ca: _, ...stranger } = laptop
  expect(await post(at.url, stranger)).toEqual({ error: 'tls' })
  const resolve = async () => [{ address: '127.0.0.1', family: 4 as const }]
  const other = at.url.replace('127.0.0.1', 'other.example.com')
  expect(await post(other, { ...laptop, resolve })).toEqual({ error: 'tls' })
  expect(at.received).toEqual([])
})

test('who does not answer in time is not waited for; who answered and then goes on has answered', async () => {
  const silent = await receives(tls, () => {})
  const slow = { ...laptop, timeoutMs: 1_500 }
  expect(await post(silent.url, slow)).toEqual({ error: 'timeout' })
  const dripping = await receives(tls, (response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('.'), 50)
    response.on('close', () => clearInterval(drip))
  })
  expect(await post(dripping.url, slow)).toEqual({ status: 200 })
  const unknown = { ...laptop, resolve: async () => [] }
  expect(await post('https://bot.example.com/', unknown)).toEqual({ error: 'unresolved' })
})

test('of an endless answer 64 KiB are read, and what lies in the socket', async () => {
  let written = 0
  const endless: Receiver = await receives(tls, async (response) => {
    response.writeHead(200)
    while (!response.destroyed && written < 64 * 1024 * 1024) {
      written += 16_384
      if (!response.write(Buffer.alloc(16_384)))
        await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve))
    }
  })
  expect(await post(endless.url, laptop)).toEqual({ status: 200 })
  expect(written).toBeLessThan(8 * 1024 * 1024)
})

test('what is no HTTP is no answer', async () => {
  const odd = await receives(tls, (response) => response.socket?.end('SSH-2.0-OpenSSH\r\n'))
  expect(await post(odd.url, laptop)).toEqual({ error: 'bad_answer' })
  const hangsUp = await receives(tls, (response) => response.destroy())
  expect(await post(hangsUp.url, laptop)).toEqual({ error: 'unreachable' })
})
