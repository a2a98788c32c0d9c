import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { JsonRpcProvider, Network } from 'ethers'
import { expect, test } from 'vitest'
import { rpcRequest } from './rpc.ts'

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const openOf = (server: Server) =>
  new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))

function providerOf(url: string, patienceMs: number): JsonRpcProvider {
  return new JsonRpcProvider(rpcRequest(url, patienceMs), Network.from(31337), {
    ...{ staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 },
  })
}

test('a node that takes calls and never answers keeps no connections', async () => {
  const server = createServer(() => {})
  const provider = providerOf(await listening(server), 100)
  for (let call = 0; call < 5; call++)
    await expect(provider.getBlockNumber()).rejects.toMatchObject({ code: 'TIMEOUT' })
  await expect.poll(() => openOf(server)).toBe(0)
  provider.destroy()
  server.closeAllConnections()
  server.close()
})

test('calls one after the other share a connection', async () => {
  let connections = 0
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    const { id } = JSON.parse(text)
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ jsonrpc: '2.0', id, result: '0x7' }))
  }).on('connection', () => connections++)
  const provider = providerOf(await listening(server), 5_000)
  for (let call = 0; call < 5; call++) expect(await provider.getBlockNumber()).toBe(7)
  expect(connections).toBe(1)
  provider.destroy()
  server.closeAllConnections()
  server.close()
})
