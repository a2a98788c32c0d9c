import type { Pool } from '@rivulet/db'
import type { JsonRpcProvider, TransactionReceipt, Wallet } from 'ethers'
import { broadcast } from '../chain/broadcast.ts'
import type { Log } from '../log.ts'
import { logHalts, raiseHalt, standingHalts } from '../rooms/halts.ts'
import { suggestFees } from './fees.ts'
import type { Lane } from './lane.ts'
import { sign } from './sign.ts'
import {
  type OpenTransaction,
  openTransactions,
  saveAttempt,
  saveFinal,
  saveMined,
  saveUnmined,
} from './store.ts'

const RESEND_AFTER_MS = 2_000
const SURE_AFTER_BLOCKS = 3

/**
 * Brings what a lane has reserved onto the chain.
 *
 * Each transaction is signed once, its bytes are committed, and from then on those bytes are sent until the chain shows
 * them in a block. What a node answers to them only sets the pace: an error or a timeout is evidence of nothing. What
 * is remembered between two looks is for the pace and the log; the truth is in the rows.
 */
export class Sender {
  readonly lane: Lane
  readonly #pool: Pool
  readonly #provider: JsonRpcProvider
  readonly #wallet: Wallet
  readonly #send: (raw: string) => Promise<string[]>
  readonly #sentAt = new Map<string, number>()
  readonly #lastAnswer = new Map<string, string>()
  /** Latest blocks at which a transaction's nonce was spent and its receipt missing. */
  readonly #foreignAt = new Map<string, Set<number>>()

  /** @param send gives bytes to the chain and answers what it said; to `provider` alone unless given */
  constructor(
    pool: Pool,
    provider: JsonRpcProvider,
    wallet: Wallet,
    chainId: bigint,
    send = (raw: string) => broadcast({ endpoints: [provider] }, raw),
  ) {
    this.#send = send
    this.#pool = pool
    this.#provider = provider
    this.#wallet = wallet
    this.lane = {
      chainId,
      signer: wallet.address,
      countOnChain: () => provider.getTransactionCount(wallet.address, 'latest'),
    }
  }

  /** Looks at every open transaction once, lowest nonce first, and does what is next for it. */
  async run(log: Log): Promise<string> {
    const open = await openTransactions(this.#pool, this.lane)
    if (open.length === 0) {
      this.#sentAt.clear()
      return 'nothing to send'
    }
    // Bytes that are signed go out whatever happens, as somebody may have them already; nothing new is signed in a halt.
    const halts = await standingHalts(this.#pool, ['booking', 'settlement'])
    if (open.some((t) => t.status === 'reserved')) logHalts(log, halts)
    const final = await this.#provider.getBlock('finalized')
    const finalNumber = final?.number ?? -1
    const spent = final ? await this.#provider.getTransactionCount(this.lane.signer, final.number) : 0
    for (const transaction of open) {
      if (transaction.status === 'reserved' && halts.length > 0) continue
      if (transaction.status === 'reserved') await this.#sign(transaction, log)
      const receipt = await this.#receipt(transaction)
      if (receipt) await this.#onMined(transaction, receipt, finalNumber, log)
      else if (transaction.nonce < spent) await this.#onForeign(transaction, log)
      else await this.#onMissing(transaction, log)
    }
    return `${open.length} open from nonce ${open[0]?.nonce}`
  }

  async #sign(transaction: OpenTransaction, log: Log): Promise<void> {
    const fees = await suggestFees(this.#provider)
    const signed = sign(transaction, fees, this.#wallet)
    if (!(await saveAttempt(this.#pool, transaction.id, signed, fees))) return
    transaction.attempts.push(signed)
    transaction.status = 'signed'
    log.info({ purpose: transaction.purpose, nonce: transaction.nonce, hash: signed.hash }, 'signed')
  }

  async #receipt(transaction: OpenTransaction): Promise<TransactionReceipt | null> {
    for (const { hash } of transaction.attempts) {
      const receipt = await this.#provider.getTransactionReceipt(hash)
      if (receipt) return receipt
    }
    return null
  }

  async #onMined(
    { id, purpose, status }: OpenTransaction,
    receipt: TransactionReceipt,
    finalNumber: number,
    log: Log,
  ): Promise<void> {
    this.#foreignAt.delete(id)
    const { hash, blockNumber, blockHash } = receipt
    const succeeded = receipt.status === 1
    if (status !== 'mined') log.info({ purpose, hash, blockNumber, succeeded }, 'mined')
    await saveMined(this.#pool, id, { hash, blockNumber, succeeded })
    if (blockNumber > finalNumber) return
    const block = await this.#provider.getBlock(blockNumber)
    if (block?.hash !== blockHash) return
    await saveFinal(this.#pool, id, hash)
    log.info({ purpose, hash, blockNumber, succeeded }, 'final')
  }

  async #onMissing(transaction: OpenTransaction, log: Log): Promise<void> {
    if (transaction.status === 'mined') {
      log.warn({ purpose: transaction.purpose }, 'its block is gone: the same bytes are sent again')
      await saveUnmined(this.#pool, transaction.id)
    }
    for (const attempt of transaction.attempts) await this.#broadcast(transaction.purpose, attempt, log)
  }

  async #broadcast(purpose: string, { hash, raw }: { hash: string; raw: string }, log: Log): Promise<void> {
    if (Date.now() - (this.#sentAt.get(hash) ?? 0) < RESEND_AFTER_MS) return
    this.#sentAt.set(hash, Date.now())
    const answer = (await this.#send(raw)).join('; ')
    if (this.#lastAnswer.get(hash) !== answer) log.info({ purpose, hash, answer }, 'sent')
    this.#lastAnswer.set(hash, answer)
  }

  // A node behind a balancer may know the count and not yet the receipt, so one look is not enough, nor are many at one
  // block.
  async #onForeign(transaction: OpenTransaction, log: Log): Promise<void> {
    const blocks = this.#foreignAt.get(transaction.id) ?? new Set()
    this.#foreignAt.set(transaction.id, blocks.add(await this.#provider.getBlockNumber()))
    if (blocks.size < SURE_AFTER_BLOCKS) return
    const detail = `nonce ${transaction.nonce} of ${this.lane.signer} (${transaction.purpose})`
    log.error({ detail }, 'somebody else uses the operator key')
    await raiseHalt(this.#pool, { scope: 'settlement', reason: 'foreign transaction', detail })
  }
}
