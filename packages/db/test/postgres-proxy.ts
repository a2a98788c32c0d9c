import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

/** What happens to a COMMIT: it passes, it never arrives, or it is carried out and its answer is lost. */
export type Fate = 'passes' | 'is lost' | 'is unanswered'

/** Stands between a client and PostgreSQL, and breaks the connection of a COMMIT as it is told. */
export async function postgresProxy(url: string) {
  const target = new URL(url)
  const fates: Fate[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = createConnection({ host: target.hostname, port: Number(target.port) })
    const both = [client, upstream]
    for (const socket of both) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        for (const other of both) {
          sockets.delete(other)
          other.destroy()
        }
      })
    }
    let swallow = false
    client.on('data', (data) => {
      // The simple query `commit`: its text, ended by a zero (PostgreSQL, 54.7 Message Formats).
      const fate = data.includes('commit\0') ? (fates.shift() ?? 'passes') : 'passes'
      if (fate === 'is lost') return client.destroy()
      swallow ||= fate === 'is unanswered'
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (swallow) client.destroy()
      else client.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)

  return {
    url: through.toString(),
    /** Decides over the next COMMITs, in their order; those after pass. */
    decide(...next: Fate[]) {
      fates.push(...next)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
