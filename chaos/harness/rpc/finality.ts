import { rpc } from '@rivulet/stack'
import type { Call } from './label.ts'

/**
 * A chain whose blocks become final some depth below its head. The embedded node can say two blocks only, which is too
 * few for reorganisations of eight.
 */
export class Finality {
  readonly #url: string
  readonly #depth: number | undefined
  /** Never falls: a final block does not stop being one. */
  #highest = 0

  constructor(url: string, depth: number | undefined) {
    this.#url = url
    this.#depth = depth
  }

  /** The number of the newest final block. */
  async number(): Promise<number> {
    if (this.#depth === undefined) {
      const block = await rpc<{ number: string } | null>(this.#url, 'eth_getBlockByNumber', [
        'finalized',
        false,
      ])
      return Number(block?.number ?? 0)
    }
    const head = Number(await rpc<string>(this.#url, 'eth_blockNumber'))
    this.#highest = Math.max(this.#highest, head - this.#depth, 0)
    return this.#highest
  }

  /** The call as the node is to have it: a number where it says `finalized`. */
  async place(call: Call): Promise<Call> {
    if (this.#depth === undefined || !call.params.some((value) => value === 'finalized')) return call
    const tag = `0x${(await this.number()).toString(16)}`
    return { ...call, params: call.params.map((value) => (value === 'finalized' ? tag : value)) }
  }
}
