import { setTimeout as sleep } from 'node:timers/promises'
import { rpc, type TestChain, testChain } from '@rivulet/stack'
import { AbiCoder, id, Wallet } from 'ethers'

const GAS = 3_000_000n
/** More than any spike of a test asks for, in wei. */
const RICH = 10_000_000_000_000n

const selector = (signature: string) => id(signature).slice(0, 10)
const words = (types: string[], values: unknown[]) =>
  AbiCoder.defaultAbiCoder().encode(types, values).slice(2)

/** A chain of its own whose blocks are made here, and somebody rich who deposits for others. */
export type ChaosChain = Awaited<ReturnType<typeof openChain>>

export async function openChain({ blockMs = 100 }: { blockMs?: number } = {}) {
  const chain: TestChain = await testChain({ blockTime: null, challengeDelaySeconds: 0 })
  const { rpcUrl, vault, token } = chain
  const call = <T>(method: string, params: unknown[] = []) => rpc<T>(rpcUrl, method, params)
  const bank = Wallet.createRandom()
  await chain.fund(bank.address, { wei: 10n ** 24n, units: 10n ** 15n })
  const deposits: string[] = []
  let nonce = 0

  const callOf = (to: string, data: string) => ({
    ...{ type: 2, chainId: chain.chainId, to, data, gasLimit: GAS, value: 0n },
    ...{ maxFeePerGas: RICH, maxPriorityFeePerGas: 1n },
  })
  const send = async (to: string, data: string) => {
    const raw = await bank.signTransaction({ ...callOf(to, data), nonce: nonce++ })
    deposits.push(raw)
    await call('eth_sendRawTransaction', [raw])
  }
  await send(token, selector('approve(address,uint256)') + words(['address', 'uint256'], [vault, 2n ** 255n]))

  await call('evm_setAutomine', [false])
  let paused = 0
  let closing = false
  const mine = async () => {
    while (!closing) {
      const began = performance.now()
      if (paused === 0) await call('evm_mine').catch(() => {})
      await sleep(Math.max(blockMs - (performance.now() - began), 5))
    }
  }
  const mining = mine()

  return {
    ...{ chain, call, rpcUrl, vault, token },
    chainId: chain.chainId,
    operator: new Wallet(chain.keys.operator).address,
    head: async () => Number(await call<string>('eth_blockNumber')),
    /** Has an address credited, in token units, by a deposit of the bank's. */
    deposit: (account: string, units: bigint) =>
      send(vault, selector('deposit(address,uint256)') + words(['address', 'uint256'], [account, units])),
    /** The guardian says no to the epoch that is pending, in a block of its own. */
    async veto(): Promise<void> {
      const guardian = new Wallet(chain.keys.guardian)
      const at = Number(await call<string>('eth_getTransactionCount', [guardian.address, 'pending']))
      const raw = await guardian.signTransaction({ ...callOf(vault, selector('veto()')), nonce: at })
      await this.still(async () => {
        await call('eth_sendRawTransaction', [raw])
        await call('evm_mine')
      })
    },
    /** What a unit of gas costs in the next block, in wei; it falls by an eighth with each empty one after it. */
    raiseFees: (wei: bigint) => call('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]),
    /** Calls the vault as anybody may: with data that somebody else sent. */
    callVault: (data: string) => send(vault, data),
    /** Whether all that the bank sent is in a block. What is not is sent again, as wallets do after a reorganisation. */
    async remindDeposits(): Promise<boolean> {
      const mined = Number(await call<string>('eth_getTransactionCount', [bank.address, 'latest']))
      const missing = deposits.slice(mined)
      for (const raw of missing) await call('eth_sendRawTransaction', [raw]).catch(() => {})
      return missing.length === 0
    },
    /** No block is made while `work` runs but those it makes. */
    async still<T>(work: () => Promise<T>): Promise<T> {
      paused++
      try {
        return await work()
      } finally {
        paused--
      }
    },
    async close(): Promise<void> {
      closing = true
      await mining
      await chain.close()
    },
  }
}
