import { createServer, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Monitor } from '../monitor.ts'
import { callOf } from '../rpc/label.ts'

/**
 * What stands between the worker and its signer. Each request waits at the monitor before the signer has it, and the
 * signature before the worker has that.
 */
export async function signerProxy({
  path,
  target,
  monitor,
}: {
  path: string
  target: string
  monitor: Monitor
}) {
  const server = createServer(async (incoming, response) => {
    try {
      const asked = await text(incoming)
      const label = `sign ${callOf((JSON.parse(asked) as { data: string }).data)}`
      await monitor.pass({ side: 'signer', when: 'before', label, counts: true })
      const { status, said } = await passOn(target, asked)
      await monitor.pass({ side: 'signer', when: 'after', label, counts: true })
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(said)
    } catch {
      // A signer that is dead answers nothing.
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function passOn(socketPath: string, asked: string): Promise<{ status: number; said: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { socketPath, method: 'POST', path: '/sign', headers: { 'content-type': 'application/json' } },
      (answer) => {
        text(answer).then((said) => resolve({ status: answer.statusCode ?? 500, said }), reject)
      },
    )
    call.on('error', reject)
    call.end(asked)
  })
}
