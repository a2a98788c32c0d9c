import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { keccak256 } from 'ethers'
import type { Monitor } from '../monitor.ts'
import { Finality } from './finality.ts'
import { type Call, callOfRaw, labelOf } from './label.ts'

export type Answer = { result?: unknown; error?: { code: number; message: string } }

/** A call on its way, and what can be done with it. */
export type Passage = {
  call: Call
  /** What it is, as the monitor names it. */
  label: string
  /** Has the node take it, as it is or changed. */
  forward(call?: Call): Promise<Answer>
  answer(answer: Answer): void
  /** Any answer of HTTP. */
  say(status: number, text: string): void
  /** Ends the connection without a word. */
  hangUp(): void
  /** Resolves when the caller has gone. */
  gone: Promise<void>
}

/** Takes a passage over: true when the caller has got all it will get. */
export type Fault = (passage: Passage) => Promise<boolean>

export type RpcProxy = Awaited<ReturnType<typeof rpcProxy>>

/**
 * What stands between processes and their chain. Each call waits at the monitor before the node has it, and its answer
 * before the caller has that; a fault may do with it whatever networks and nodes do.
 * @param finalityDepth how far below the head a block is final; the node's own, when left out
 * @param onSend told of signed bytes before the node has them
 */
export async function rpcProxy({
  target,
  monitor,
  finalityDepth,
  onSend = async () => {},
}: {
  target: string
  monitor: Monitor
  finalityDepth?: number | undefined
  onSend?: (raw: string, hash: string) => Promise<void>
}) {
  const finality = new Finality(target, finalityDepth)
  /** What transactions that went by here call, by hash. */
  const sent = new Map<string, { name: string; raw: string }>()
  let fault: Fault | undefined

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const part of request) text += part
    const call = JSON.parse(text) as Call
    const label = labelOf(call, (hash) => sent.get(hash)?.name)
    await monitor.pass({ side: 'rpc', when: 'before', label, counts: true })
    if (response.destroyed) return
    const raw = call.method === 'eth_sendRawTransaction' ? String(call.params[0]) : undefined
    if (raw) {
      sent.set(keccak256(raw), { name: callOfRaw(raw), raw })
      await onSend(raw, keccak256(raw))
    }
    const passage = passageOf(call, label, response)
    if (fault && (await fault(passage))) return
    const answer = await passage.forward()
    await monitor.pass({ side: 'rpc', when: 'after', label, counts: true })
    passage.answer(answer)
  }

  function passageOf(call: Call, label: string, response: ServerResponse): Passage {
    const write = (status: number, type: string, text: string) => {
      if (response.destroyed || response.writableEnded) return
      response.writeHead(status, { 'content-type': type }).end(text)
    }
    return {
      ...{ call, label },
      forward: async (other = call) => ask(target, await finality.place(other)),
      answer: ({ result = null, error }) =>
        write(
          200,
          'application/json',
          JSON.stringify({ jsonrpc: '2.0', id: call.id, ...(error ? { error } : { result }) }),
        ),
      say: (status, said) => write(status, 'text/html', said),
      hangUp: () => response.destroy(),
      gone: new Promise((resolve) => response.once('close', resolve)),
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    finality,
    sent,
    /** What is done with calls from now on; undefined: they pass. */
    inject(next: Fault | undefined): void {
      fault = next
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Asks a node; its refusals are answers too. Throws when it cannot be reached. */
export async function ask(url: string, { method, params }: Pick<Call, 'method' | 'params'>): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return (await response.json()) as Answer
}
