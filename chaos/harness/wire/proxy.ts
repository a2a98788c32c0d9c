import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import type { Monitor } from '../monitor.ts'
import { Transactions } from './label.ts'
import { Splitter, type Unit, Units } from './messages.ts'

/**
 * What stands between processes and their PostgreSQL. It names what passes, and each statement or commit waits at the
 * monitor before the server has it, and its answer before the process has that.
 * @param port of the server on the loopback; asked at each connection
 */
export async function wireProxy(port: () => number, monitor: Monitor) {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port(), '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true))
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
      socket.on('error', () => {})
    }
    relay(client, upstream, monitor)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    /** Cuts every connection, as a network does. */
    cut(): void {
      for (const socket of sockets) socket.destroy()
    },
    async close(): Promise<void> {
      this.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function relay(client: Socket, upstream: Socket, monitor: Monitor): void {
  const [fromClient, fromServer] = [new Splitter('client'), new Splitter('server')]
  const [units, transactions] = [new Units(), new Transactions()]
  /** Of units that the server has and has not answered. */
  const open: (string | undefined)[] = []
  const [up, down] = [inTurn(), inTurn()]

  const send = async (unit: Unit) => {
    const label = transactions.take(unit)
    if (label) await monitor.pass({ side: 'sql', when: 'before', label, counts: true })
    else await monitor.pass({ side: 'sql', when: 'before', label: 'a statement', counts: false })
    if (upstream.destroyed) return
    open.push(label)
    upstream.write(unit.bytes)
  }
  client.on('data', (chunk) => {
    for (const message of fromClient.take(chunk)) {
      const taken = units.take(message)
      if (taken === undefined) continue
      up(async () => {
        if (!Buffer.isBuffer(taken)) await send(taken)
        else if (!upstream.destroyed) upstream.write(taken)
      })
    }
  })

  let answer: Buffer[] = []
  upstream.on('data', (chunk) => {
    for (const { type, bytes } of fromServer.take(chunk)) {
      answer.push(bytes)
      if (open.length > 0 && type !== 'Z') continue
      const [whole, label] = [Buffer.concat(answer), type === 'Z' ? open.shift() : undefined]
      answer = []
      down(async () => {
        if (label) await monitor.pass({ side: 'sql', when: 'after', label, counts: true })
        if (!client.destroyed) client.write(whole)
      })
    }
  })
}

/** Does one thing after another. */
function inTurn(): (work: () => Promise<void>) => void {
  let last = Promise.resolve()
  return (work) => {
    last = last.then(work, work)
  }
}
