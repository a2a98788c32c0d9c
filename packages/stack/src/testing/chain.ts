import { rmSync } from 'node:fs'
import { dollarContract, vaultContract } from '@rivulet/contracts'
import { type Contract, type JsonRpcProvider, NonceManager, Wallet } from 'ethers'
import {
  type ChainKeys,
  type Deployment,
  type DeploymentClocks,
  deploy,
  setEther,
} from '../chain/deployment.ts'
import { rpc } from '../chain/rpc.ts'
import { type Chain, startChain } from '../chain/start.ts'
import { drawChainKeys } from '../home/keys.ts'
import { keepFolder } from '../processes/guardian.ts'
import { TestProvider } from './provider.ts'
import { temporaryFolder } from './temporary.ts'

export interface TestChainOptions extends DeploymentClocks {
  /** Seconds between blocks, fractions too; null: a block with each transaction, and none without. Default 1. */
  blockTime?: number | null
  /** A block is final so many blocks later, an even number; default 2. */
  finalAfter?: number
}

/** A chain of one's own, with the contracts on it. */
export interface TestChain extends Deployment {
  rpcUrl: string
  keys: ChainKeys
  /** Asks the node anew each time, polls it often, and finds what is mined also when no block comes after it. */
  provider: JsonRpcProvider
  /** With the faucet's key, which owns the token. */
  dollar: Contract
  /** With the operator's key. */
  vaultContract: Contract
  process: Chain
  /** Gives an address ether (wei) and test dollars (token units); 1 ether and nothing unless said. */
  fund(address: string, what?: { wei?: bigint; units?: bigint }): Promise<void>
  /** Makes blocks at once. */
  mine(blocks: number): Promise<void>
  /** Moves the clock of the next block on, and makes it. */
  skip(seconds: number): Promise<void>
  close(): Promise<void>
}

/** A fresh chain on a free port with token and vault deployed; challenge delay 2 s unless said. */
export async function testChain({
  blockTime = 1,
  finalAfter = 2,
  ...clocks
}: TestChainOptions = {}): Promise<TestChain> {
  const folder = temporaryFolder('chain')
  const chain = await startChain({ dir: folder, blockTime, finalAfter })
  const keys = drawChainKeys()
  const { rpcUrl } = chain
  const deployment = await deploy(chain, keys, clocks)
  const provider = new TestProvider(rpcUrl, deployment.chainId)
  const faucet = new NonceManager(new Wallet(keys.faucet, provider))
  const dollar = dollarContract(deployment.token, faucet)
  return {
    ...deployment,
    ...{ rpcUrl, keys, provider, dollar, process: chain },
    vaultContract: vaultContract(deployment.vault, new NonceManager(new Wallet(keys.operator, provider))),
    async fund(address, { wei = 10n ** 18n, units = 0n } = {}) {
      await setEther(rpcUrl, address, wei)
      if (units > 0n) await (await dollar.getFunction('mint')(address, units)).wait()
    },
    async mine(blocks) {
      for (let i = 0; i < blocks; i++) await rpc(rpcUrl, 'evm_mine')
    },
    async skip(seconds) {
      await rpc(rpcUrl, 'evm_increaseTime', [seconds])
      await rpc(rpcUrl, 'evm_mine')
    },
    async close() {
      provider.destroy()
      await chain.stop()
      rmSync(folder, { recursive: true, force: true })
      keepFolder(folder)
    },
  }
}
