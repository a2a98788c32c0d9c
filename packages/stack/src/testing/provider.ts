import { JsonRpcProvider, type Subscriber, type Subscription } from 'ethers'

const LOOK_EVERY_MS = 50

/**
 * Asks the node anew each time, and looks for a transaction until it is mined. The library's own provider looks twice
 * and then once a block, and on a chain that makes blocks on demand there may be no other block.
 */
export class TestProvider extends JsonRpcProvider {
  constructor(rpcUrl: string, chainId: number) {
    super(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1, pollingInterval: LOOK_EVERY_MS })
  }

  override _getSubscriber(subscription: Subscription): Subscriber {
    return subscription.type === 'transaction'
      ? new Looking(this, subscription.hash)
      : super._getSubscriber(subscription)
  }
}

/** Tells of a transaction's receipt, on and on once there is one, for as long as somebody listens. */
class Looking implements Subscriber {
  readonly #provider: TestProvider
  readonly #hash: string
  #timer: NodeJS.Timeout | undefined

  constructor(provider: TestProvider, hash: string) {
    this.#provider = provider
    this.#hash = hash
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#look().catch(() => {}), LOOK_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  pause(): void {
    this.stop()
  }

  resume(): void {
    this.start()
  }

  async #look(): Promise<void> {
    const receipt = await this.#provider.getTransactionReceipt(this.#hash)
    if (receipt && this.#timer) await this.#provider.emit(this.#hash, receipt)
  }
}
