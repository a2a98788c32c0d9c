import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RpcCall = { method: string; params: unknown[] }

type Trap = {
  isIt: (call: RpcCall) => boolean | Promise<boolean>
  when: 'before' | 'after'
  hit: () => void
}

/** What stands between a worker and its chain. */
export type ChainProxy = Awaited<ReturnType<typeof chainProxy>>

/** A JSON-RPC proxy that can hold a call before the node has it, or keep the node's answer to itself. */
export async function chainProxy(target: string) {
  let trap: Trap | undefined
  let change: ((call: RpcCall, answer: unknown) => unknown) | undefined
  let swallow: ((call: RpcCall) => unknown) | undefined
  let slow: ((call: RpcCall) => number) | undefined
  const held: (() => void)[] = []

  async function holdIf(when: Trap['when'], call: RpcCall, response: ServerResponse): Promise<void> {
    if (trap?.when !== when || !(await trap.isIt(call)) || trap === undefined) return
    const { hit } = trap
    trap = undefined
    const released = new Promise<void>((resolve) => held.push(resolve))
    hit()
    await Promise.race([released, new Promise<void>((resolve) => response.once('close', resolve))])
  }

  const server = createServer(async (request, response) => {
    try {
      let text = ''
      for await (const part of request) text += part
      const call = JSON.parse(text) as RpcCall
      const delay = slow?.(call) ?? 0
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
      await holdIf('before', call, response)
      if (response.destroyed) return
      const instead = swallow?.(call)
      if (instead !== undefined) {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(instead))
        return
      }
      const answer = await fetch(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      }).then((r) => r.json())
      await holdIf('after', call, response)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(change ? await change(call, answer) : answer))
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Holds the first call that `isIt`; resolves when it is held. `before`: the node does not get it meanwhile. */
    hold(when: Trap['when'], isIt: Trap['isIt']): Promise<void> {
      return new Promise((hit) => {
        trap = { when, isIt, hit }
      })
    },
    /** Whether a call is waited for that is to be held. */
    isArmed: () => trap !== undefined,
    /** Lets go what is held, and catches nothing any more. */
    release(): void {
      trap = undefined
      for (const resolve of held.splice(0)) resolve()
    },
    /** Lets calls wait for some milliseconds each. */
    slowDown(how: typeof slow): void {
      slow = how
    },
    /** Puts other answers into the node's mouth, at once or when they come. */
    rewrite(how: typeof change): void {
      change = how
    },
    /** Answers calls in the node's place, which does not get them; undefined lets one through. */
    swallow(how: typeof swallow): void {
      swallow = how
    },
    async close(): Promise<void> {
      this.release()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
