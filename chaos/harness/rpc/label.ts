import { dollarInterface, vaultInterface } from '@rivulet/contracts'
import { Transaction } from 'ethers'

export type Call = { id?: unknown; method: string; params: unknown[] }

const SHORT: Record<string, string> = { executeBatch: 'batch' }

/** The function that call data names, by the interfaces of vault and token. */
export function callOf(data: string | undefined): string {
  const selector = data?.slice(0, 10) ?? ''
  for (const face of [vaultInterface, dollarInterface]) {
    const name = selector.length === 10 ? face.getFunction(selector)?.name : undefined
    if (name) return SHORT[name] ?? name
  }
  return selector
}

/** The function that signed bytes call. */
export function callOfRaw(raw: string): string {
  try {
    return callOf(Transaction.from(raw).data)
  } catch {
    return 'unreadable'
  }
}

const isTag = (at: unknown) => typeof at === 'string' && !at.startsWith('0x')
const blockOf = (at: unknown) => (isTag(at) ? String(at) : 'a block')

/** What a call is, in words that do not change from run to run. @param sent what is known of a transaction's hash */
export function labelOf({ method, params }: Call, sent: (hash: string) => string | undefined): string {
  const [first, second] = params as [never, never]
  const about = (value: unknown) => callOf((value as { data?: string; input?: string })?.data)
  switch (method) {
    case 'eth_sendRawTransaction':
      return `${method} ${callOfRaw(String(first))}`
    case 'eth_call':
      // Of one block the vault is asked everything at once, which is one moment to die in.
      return isTag(second) ? `${method} ${about(first)} at ${second}` : `${method} of the state at a block`
    case 'eth_estimateGas':
      return `${method} ${about(first)}`
    case 'eth_getTransactionReceipt':
    case 'eth_getTransactionByHash':
      return `${method} ${sent(String(first)) ?? 'unsent'}`
    case 'eth_getBlockByNumber':
      return `${method} ${blockOf(first)}`
    case 'eth_getTransactionCount':
      return `${method} at ${blockOf(second)}`
    default:
      return method
  }
}
