import { getAddress, id } from 'ethers'
import type { ChaosChain } from '../chain.ts'

/** What the chain itself says was paid and deposited, in token units. Addresses are EIP-55. */
export type ChainFacts = {
  transfers: (At & { to: string; units: bigint })[]
  batches: (At & { epoch: number; index: number; total: bigint; refused: bigint })[]
  refusals: (At & { to: string; units: bigint })[]
  deposits: (At & { account: string; units: bigint })[]
  claims: (At & { account: string; units: bigint })[]
  commits: (At & { number: number; root: string })[]
  activations: (At & { number: number })[]
  /** Transactions in which somebody collected what was theirs. */
  collected: Set<string>
}

type At = { tx: string; block: number; log: number }
type Log = {
  address: string
  topics: string[]
  data: string
  transactionHash: string
  blockNumber: string
  logIndex: string
}

const TRANSFER = id('Transfer(address,address,uint256)')
const EXECUTED = id('BatchExecuted(uint32,uint256,uint256,uint256)')
const DEFERRED = id('PayoutDeferred(address,uint256)')
const DEPOSITED = id('Deposited(address,address,uint256)')
const CLAIMED = id('Claimed(address,address,uint256)')
const COMMITTED = id(
  'EpochCommitted(uint32,(bytes32,bytes32,uint128,uint128,uint8,uint128,uint96),uint256,bytes32)',
)
const ACTIVATED = id('EpochActivated(uint32)')
const COLLECTED = [
  id('OwedClaimed(address,address,uint256)'),
  CLAIMED,
  id('SurplusWithdrawn(address,uint256,bytes32)'),
]

const padded = (address: string) => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
const addressOf = (topic: string | undefined) => getAddress(`0x${topic!.slice(26)}`)
const word = (data: string, at: number) => BigInt(`0x${data.slice(2 + 64 * at, 66 + 64 * at)}`)

/** Reads the node's own logs, by nothing of what is being tested. */
export async function readChainFacts({ call, vault, token }: ChaosChain): Promise<ChainFacts> {
  const range = { fromBlock: '0x0', toBlock: 'latest' }
  const [ofVault, ofToken] = await Promise.all([
    call<Log[]>('eth_getLogs', [{ ...range, address: vault }]),
    call<Log[]>('eth_getLogs', [{ ...range, address: token, topics: [TRANSFER, padded(vault)] }]),
  ])
  const at = (log: Log): At => ({
    tx: log.transactionHash,
    block: Number(log.blockNumber),
    log: Number(log.logIndex),
  })
  const those = (topic: string) => ofVault.filter(({ topics }) => topics[0] === topic)
  return {
    transfers: ofToken.map((log) => ({
      ...{ ...at(log), to: addressOf(log.topics[2]), units: BigInt(log.data) },
    })),
    batches: those(EXECUTED).map((log) => ({
      ...at(log),
      epoch: Number(log.topics[1]),
      index: Number(log.topics[2]),
      total: word(log.data, 0),
      refused: word(log.data, 1),
    })),
    refusals: those(DEFERRED).map((log) => ({
      ...{ ...at(log), to: addressOf(log.topics[1]), units: word(log.data, 0) },
    })),
    deposits: those(DEPOSITED).map((log) => ({
      ...{ ...at(log), account: addressOf(log.topics[1]), units: word(log.data, 0) },
    })),
    claims: those(CLAIMED).map((log) => ({
      ...{ ...at(log), account: addressOf(log.topics[1]), units: word(log.data, 0) },
    })),
    commits: those(COMMITTED).map((log) => ({
      ...{ ...at(log), number: Number(log.topics[1]), root: log.data.slice(0, 66) },
    })),
    activations: those(ACTIVATED).map((log) => ({ ...at(log), number: Number(log.topics[1]) })),
    collected: new Set(COLLECTED.flatMap((topic) => those(topic).map((log) => log.transactionHash))),
  }
}
