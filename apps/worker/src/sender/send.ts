import type { Pool } from '@rivulet/db'
import type { JsonRpcProvider, TransactionReceipt } from 'ethers'
import { broadcast } from '../chain/broadcast.ts'
import type { Log } from '../log.ts'
import { logHalts, raiseHalt, standingHalts } from '../rooms/halts.ts'
import type { Signer } from '../signer/signer.ts'
import { Evidence } from './evidence.ts'
import { asked, firstFees, inGwei, type Market, readMarket } from './fees.ts'
import { type Lane, readLaneRows, unknownUse } from './lane.ts'
import { type Patience, replacementFor } from './replace.ts'
import { type Fees, reread } from './reread.ts'
import {
  type Attempt,
  type OpenTransaction,
  openTransactions,
  saveAttempt,
  saveFinal,
  saveMined,
  saveUnmined,
} from './store.ts'

const RESEND_AFTER_MS = 2_000

export type SenderOptions = {
  /** Most of `maxFeePerGas`, in wei. */
  ceiling: bigint
  patience: Patience
  /** Gives bytes to the chain, and answers what each endpoint said; to the sender's provider alone unless given. */
  send?: (raw: string) => Promise<string[]>
  /** Milliseconds of a clock that only goes forward. */
  now?: () => number
}

/** How a transaction that was signed stands: `spent` when the chain has its nonce and no receipt of ours. */
type Standing = 'mined' | 'missing' | 'spent'

/**
 * Brings what a lane has reserved onto the chain.
 *
 * Each transaction is signed, its bytes are committed, and from then on those bytes are sent until the chain shows them
 * in a block. Should they be taken for too little, others with the same nonce and higher fees join them, committed
 * before they are seen, too; any of them may be the one that is mined. What a node answers only sets the pace: an error
 * or a timeout is evidence of nothing. What is remembered between two looks is for the pace and the log; the truth is in
 * the rows.
 */
export class Sender {
  readonly lane: Lane
  readonly #pool: Pool
  readonly #provider: JsonRpcProvider
  readonly #signer: Signer
  readonly #options: SenderOptions
  readonly #send: (raw: string) => Promise<string[]>
  readonly #sentAt = new Map<string, number>()
  readonly #lastAnswer = new Map<string, string>()
  readonly #evidence: Evidence

  constructor(
    pool: Pool,
    provider: JsonRpcProvider,
    signer: Signer,
    chainId: bigint,
    options: SenderOptions,
  ) {
    this.#send = options.send ?? ((raw) => broadcast({ endpoints: [provider] }, raw))
    this.#pool = pool
    this.#provider = provider
    this.#signer = signer
    this.#options = options
    this.#evidence = new Evidence(options.now)
    this.lane = {
      chainId,
      signer: signer.address,
      countOnChain: () => provider.getTransactionCount(signer.address, 'latest'),
    }
  }

  /** Looks at every open transaction once, lowest nonce first, and does what is next for it. */
  async run(log: Log): Promise<string> {
    // The chain is asked before the rows are read: see unknownUse.
    const count = await this.lane.countOnChain()
    const unknown = unknownUse(count, await readLaneRows(this.#pool, this.lane))
    if (unknown) await this.#onUnknown(unknown, log)
    else this.#evidence.forget(UNKNOWN)
    const open = await openTransactions(this.#pool, this.lane)
    if (open.length === 0) {
      this.#sentAt.clear()
      return unknown ? `signs nothing: ${unknown}` : 'nothing to send'
    }
    const final = (await this.#provider.getBlock('finalized'))?.number ?? -1
    const missing: OpenTransaction[] = []
    let spent: OpenTransaction | undefined
    for (const transaction of open.filter(({ status }) => status !== 'reserved')) {
      const standing = await this.#follow(transaction, count, final, log)
      if (standing === 'missing') missing.push(transaction)
      if (standing === 'spent') spent ??= transaction
    }
    // Bytes that are signed go out whatever happens, as somebody may have them already; nothing new is signed in a halt.
    const halts = await standingHalts(this.#pool, ['booking', 'settlement'])
    const reserved = open.filter(({ status }) => status === 'reserved')
    if (reserved.length > 0) logHalts(log, halts)
    const because =
      unknown ??
      halts[0]?.reason ??
      (spent && `nonce ${spent.nonce} is spent, and by nothing that is known yet`)
    const said = because
      ? `signs nothing: ${because}`
      : await this.#signMore(reserved, missing, { count, final }, log)
    return [`${open.length} open from nonce ${open[0]?.nonce}`, said].filter(Boolean).join('; ')
  }

  /** Replaces what has waited too long, then signs what is reserved. Says what it waits for. */
  async #signMore(
    reserved: OpenTransaction[],
    missing: OpenTransaction[],
    { count, final }: { count: number; final: number },
    log: Log,
  ): Promise<string> {
    if (reserved.length + missing.length === 0) return ''
    const market = await readMarket(this.#provider)
    const { ceiling, patience } = this.#options
    const waits = `waits: the network asks ${inGwei(asked(market))}, MAX_FEE_GWEI allows ${inGwei(ceiling)}`
    let said = ''
    for (const [place, transaction] of missing.entries()) {
      const [last] = transaction.attempts
      if (!last) continue
      const fees = replacementFor(last, { market, patience, ceiling, isLowest: place === 0 })
      if (fees === 'waits') said = waits
      if (!fees || fees === 'waits') continue
      const because = await this.#sign(transaction, fees, market, log)
      if (because) return `signs nothing: ${because}`
      await this.#follow(transaction, count, final, log)
    }
    for (const transaction of reserved) {
      const fees = firstFees(market, ceiling)
      if (!fees) return waits
      // None is signed before the one below it: whatever is refused, no nonce above it has left the house.
      const because = await this.#sign(transaction, fees, market, log)
      if (because) return `signs nothing: ${because}`
      await this.#follow(transaction, count, final, log)
    }
    return said
  }

  /**
   * Has a further attempt signed, and keeps it. One that another worker was faster with is not ours to send.
   * @returns why everything stands still, if it does: the signer refused, or a halt came while it signed
   */
  async #sign(
    transaction: OpenTransaction,
    fees: Fees,
    market: Market,
    log: Log,
  ): Promise<string | undefined> {
    const { id, purpose, chainId, nonce, to, data, gasLimit, attempts } = transaction
    const answer = await this.#signer.sign({ chainId, nonce, to, data, gasLimit, ...fees })
    if (!answer.ok) {
      const detail = `${answer.code}: ${answer.detail} (${purpose}, nonce ${nonce})`
      log.error({ detail }, 'the signer refused')
      await raiseHalt(this.#pool, { scope: 'settlement', reason: 'signer refused', detail })
      return 'signer refused'
    }
    const hash = reread(answer.raw, transaction, fees)
    const number = (attempts[0]?.number ?? 0) + 1
    const attempt: Attempt = { number, hash, raw: answer.raw, block: market.block, ageSeconds: 0, ...fees }
    const saved = await saveAttempt(this.#pool, id, attempt)
    if (saved === 'halted')
      return (await standingHalts(this.#pool, ['booking', 'settlement']))[0]?.reason ?? 'halted'
    if (saved === 'late') return undefined
    attempts.unshift(attempt)
    transaction.status = 'signed'
    log.info({ purpose, nonce, hash, number, maxFee: inGwei(fees.maxFeePerGas) }, 'signed')
    return undefined
  }

  async #follow(transaction: OpenTransaction, count: number, final: number, log: Log): Promise<Standing> {
    const receipt = await this.#receipt(transaction)
    if (receipt) {
      await this.#onMined(transaction, receipt, final, log)
      return 'mined'
    }
    const isSpent = transaction.nonce < count
    if (isSpent && final >= 0 && transaction.nonce < (await this.#countAt(final)))
      await this.#onForeign(transaction, log)
    else await this.#onMissing(transaction, log)
    return isSpent ? 'spent' : 'missing'
  }

  #countAt(block: number): Promise<number> {
    return this.#provider.getTransactionCount(this.lane.signer, block)
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
    this.#evidence.forget(id)
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
      transaction.status = 'signed'
    }
    for (const attempt of transaction.attempts) await this.#broadcast(transaction.purpose, attempt, log)
  }

  async #broadcast(purpose: string, { hash, raw }: Attempt, log: Log): Promise<void> {
    if (Date.now() - (this.#sentAt.get(hash) ?? 0) < RESEND_AFTER_MS) return
    this.#sentAt.set(hash, Date.now())
    const answer = (await this.#send(raw)).join('; ')
    if (this.#lastAnswer.get(hash) !== answer) log.info({ purpose, hash, answer }, 'sent')
    this.#lastAnswer.set(hash, answer)
  }

  /** At the latest block nothing is signed, and it may pass with a reorg; at a final one it stands. */
  async #onUnknown(detail: string, log: Log): Promise<void> {
    const final = await this.#provider.getBlock('finalized')
    const count = final ? await this.#countAt(final.number) : 0
    if (!unknownUse(count, await readLaneRows(this.#pool, this.lane))) this.#evidence.forget(UNKNOWN)
    else if (this.#evidence.isSure(UNKNOWN, await this.#provider.getBlockNumber()))
      await this.#onSure(detail, 'the chain knows more of the operator key than the books', log)
  }

  async #onForeign({ id, nonce, purpose }: OpenTransaction, log: Log): Promise<void> {
    if (!this.#evidence.isSure(id, await this.#provider.getBlockNumber())) return
    const detail = `nonce ${nonce} of ${this.lane.signer} (${purpose})`
    await this.#onSure(detail, 'somebody else uses the operator key', log)
  }

  async #onSure(detail: string, said: string, log: Log): Promise<void> {
    log.error({ detail }, said)
    await raiseHalt(this.#pool, { scope: 'settlement', reason: 'foreign transaction', detail })
  }
}

/** What the chain has and the books cannot know, as evidence; that of a transaction goes by its id. */
const UNKNOWN = 'more than the books'
