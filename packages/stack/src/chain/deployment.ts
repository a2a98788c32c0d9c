import { contractsVersion, type DeployOptions, deployContracts } from '@rivulet/contracts'
import { computeAddress, JsonRpcProvider, NonceManager, Wallet } from 'ethers'
import { readBlock, rpc } from './rpc.ts'
import type { Chain } from './start.ts'

/** Private keys, 0x-hex, of those who run a deployment. `faucet` deploys, owns the test dollar, and hands it out. */
export type ChainKeys = Record<(typeof chainKeyNames)[number], string>

export const chainKeyNames = ['faucet', 'operator', 'admin', 'guardian', 'treasurer'] as const

/** Where the contracts are, and on which chain. */
export interface Deployment {
  chainId: number
  token: string
  vault: string
  /** Nothing of the contracts is older than this block. */
  deployBlock: number
  deployBlockHash: string
  contractsVersion: string
}

export type DeploymentClocks = Pick<
  DeployOptions,
  'challengeDelaySeconds' | 'silenceLimitSeconds' | 'forcedWindowSeconds' | 'outflowFloor' | 'outflowBps'
>

const ETHER = 10n ** 18n
const PLENTY = 1_000_000_000n * ETHER

/** The clocks of an embedded vault, in seconds. */
export const embeddedClocks = { challengeDelaySeconds: 2 } satisfies DeploymentClocks

/**
 * Deploys a test dollar and the vault on an embedded chain, and gives the keys the ether they need. Does not wait for
 * the chain's pace.
 */
export async function deploy(
  { rpcUrl, chainId, blockTime }: Pick<Chain, 'rpcUrl' | 'chainId' | 'blockTime'>,
  keys: ChainKeys,
  clocks: DeploymentClocks = {},
): Promise<Deployment> {
  // The pace can only be set again in whole seconds; a fraction of one is fast enough to wait for.
  const slow = blockTime !== null && Number.isInteger(blockTime)
  if (slow) await rpc(rpcUrl, 'evm_setAutomine', [true])

  for (const name of chainKeyNames) await setEther(rpcUrl, computeAddress(keys[name]), PLENTY)
  const provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1 })
  provider.pollingInterval = 50
  try {
    const { token, vault, block } = await deployContracts(
      new NonceManager(new Wallet(keys.faucet, provider)),
      {
        admin: computeAddress(keys.admin),
        operator: computeAddress(keys.operator),
        guardian: computeAddress(keys.guardian),
        treasurer: computeAddress(keys.treasurer),
        ...embeddedClocks,
        ...clocks,
      },
    )
    const { hash } = (await readBlock(rpcUrl, block))!
    return { chainId, token, vault, deployBlock: block, deployBlockHash: hash, contractsVersion }
  } finally {
    provider.destroy()
    if (slow) await rpc(rpcUrl, 'evm_setIntervalMining', [blockTime])
  }
}

/** Sets an account's balance in wei; an embedded chain only. */
export async function setEther(rpcUrl: string, address: string, wei: bigint): Promise<void> {
  await rpc(rpcUrl, 'anvil_setBalance', [address, `0x${wei.toString(16)}`])
}
