import { encodeMint } from '@rivulet/contracts'
import { isError, type JsonRpcProvider, parseEther, type TransactionRequest, Wallet } from 'ethers'

/** What one call gives. */
export const DOLLARS = 100n
export const ETHER = '1'

const RECEIPT_TIMEOUT_MS = 30_000

export type FaucetResult = { ok: true; transactions: string[] } | { ok: false; code: 'faucet_refused' }

/**
 * The faucet of an embedded chain: test dollars from nothing, and ether of its own, to any address that takes them.
 * Answers when both transactions are in a block.
 *
 * @param key the private key that owns the token; only this process may send with it
 */
export function createFaucet({
  provider,
  key,
  token,
  decimals,
}: {
  provider: JsonRpcProvider
  key: string
  token: string
  decimals: number
}): (address: string) => Promise<FaucetResult> {
  const wallet = new Wallet(key, provider)
  const inTurn = queue()
  let nonce: number | undefined

  /** Sends with consecutive nonces. After a failure the chain is asked anew, since nobody knows what it took. */
  function send(requests: TransactionRequest[]) {
    return inTurn(async () => {
      try {
        const fees = await provider.getFeeData()
        nonce ??= await provider.getTransactionCount(wallet.address, 'pending')
        const sent = []
        for (const request of requests) {
          const { maxFeePerGas, maxPriorityFeePerGas } = fees
          sent.push(
            await wallet.sendTransaction({ ...request, nonce, maxFeePerGas, maxPriorityFeePerGas, type: 2 }),
          )
          nonce++
        }
        return sent
      } catch (error) {
        nonce = undefined
        throw error
      }
    })
  }

  return async (address) => {
    const requests: TransactionRequest[] = [
      { to: token, data: encodeMint(address, DOLLARS * 10n ** BigInt(decimals)) },
      { to: address, value: parseEther(ETHER) },
    ]
    try {
      const from = wallet.address
      const gas = await Promise.all(requests.map((request) => provider.estimateGas({ ...request, from })))
      const sent = await send(requests.map((request, i) => ({ ...request, gasLimit: (gas[i]! * 12n) / 10n })))
      await Promise.all(sent.map((transaction) => transaction.wait(1, RECEIPT_TIMEOUT_MS)))
      return { ok: true, transactions: sent.map((transaction) => transaction.hash) }
    } catch (error) {
      // A contract that takes no ether, or an address the token has blocked.
      if (isError(error, 'CALL_EXCEPTION')) return { ok: false, code: 'faucet_refused' }
      throw error
    }
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
