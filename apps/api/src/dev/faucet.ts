import { encodeMint } from '@rivulet/contracts'
import { isError, type JsonRpcProvider, keccak256, parseEther, Wallet } from 'ethers'
import { minedNonces } from './mined-nonces.ts'

/** What one call gives. */
export const DOLLARS = 100n
export const ETHER = '1'

const FEES_KEPT_MS = 5_000

export type FaucetResult = { ok: true; transactions: string[] } | { ok: false; code: 'faucet_refused' }

type Request = { to: string; gasLimit: bigint; data?: string; value?: bigint }
type Sent = { hash: string; nonce: number }
type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

/**
 * The faucet of an embedded chain: test dollars from nothing, and ether of its own, to any address that takes them.
 * Answers when both transactions are in a block.
 *
 * @param key the private key that owns the token
 * @param alone runs work while no other process sends with that key
 */
export function createFaucet({
  provider,
  key,
  token,
  decimals,
  alone,
}: {
  provider: JsonRpcProvider
  key: string
  token: string
  decimals: number
  alone<T>(work: () => Promise<T>): Promise<T>
}): (address: string) => Promise<FaucetResult> {
  const wallet = new Wallet(key, provider)
  const mined = minedNonces(provider, wallet.address)
  const inTurn = queue()
  let fees: { at: number; value: Promise<Fees> } | undefined

  /** Asked for once in a while: a wallet offers more than a block or two can make of it. */
  function currentFees(): Promise<Fees> {
    if (!fees || performance.now() - fees.at > FEES_KEPT_MS) {
      const value = provider.getFeeData().then(({ maxFeePerGas, maxPriorityFeePerGas }) => ({
        maxFeePerGas: maxFeePerGas ?? 0n,
        maxPriorityFeePerGas: maxPriorityFeePerGas ?? 0n,
      }))
      value.catch(() => {
        fees = undefined
      })
      fees = { at: performance.now(), value }
    }
    return fees.value
  }

  async function sendAll(requests: Request[], price: Fees): Promise<Sent[]> {
    let nonce = await provider.getTransactionCount(wallet.address, 'pending')
    const { chainId } = provider._network
    const sent: Sent[] = []
    for (const request of requests) {
      const raw = await wallet.signTransaction({ ...request, ...price, type: 2, chainId, nonce })
      await provider.send('eth_sendRawTransaction', [raw])
      sent.push({ hash: keccak256(raw), nonce })
      nonce++
    }
    return sent
  }

  /**
   * Sends with consecutive nonces, the first of which the chain is asked for. After a failure nobody knows what it took;
   * it is tried once more, and at worst somebody gets twice as much play money.
   */
  function send(requests: Request[], price: Fees): Promise<Sent[]> {
    return inTurn(() => alone(() => sendAll(requests, price).catch(() => sendAll(requests, price))))
  }

  return async (address) => {
    const requests = [
      { to: token, data: encodeMint(address, DOLLARS * 10n ** BigInt(decimals)) },
      { to: address, value: parseEther(ETHER) },
    ]
    let gas: bigint[]
    try {
      const from = wallet.address
      gas = await Promise.all(requests.map((request) => provider.estimateGas({ ...request, from })))
    } catch (error) {
      // A contract that takes no ether, or an address the token has blocked.
      if (isError(error, 'CALL_EXCEPTION')) return { ok: false, code: 'faucet_refused' }
      throw error
    }
    const limited = requests.map((request, i) => ({ ...request, gasLimit: (gas[i]! * 12n) / 10n }))
    const sent = await send(limited, await currentFees())
    await mined(Math.max(...sent.map((one) => one.nonce)))
    const receipts = await Promise.all(sent.map(({ hash }) => provider.getTransactionReceipt(hash)))
    if (receipts.some((receipt) => receipt?.status !== 1)) return { ok: false, code: 'faucet_refused' }
    return { ok: true, transactions: sent.map(({ hash }) => hash) }
  }
}

/** Runs one piece of work after the other, in the order they were asked for. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
}
