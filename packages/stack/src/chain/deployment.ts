import { contractsVersion, type DeployOptions, deployContracts } from '@rivulet/contracts'
import { computeAddress, JsonRpcProvider, NonceManager, Wallet } from 'ethers'
import { readBlock, rpc } from './rpc.ts'

/** Private keys, 0x-hex, of those who run a deployment. */
export interface ChainKeys {
  /** Deploys, owns the test dollar, and so hands it out. */
  faucet: string
  operator: string
  admin: string
  guardian: string
  treasurer: string
}

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

/** Deploys a test dollar and the vault on an embedded chain, and gives the keys the ether they need. */
export async function deploy(
  { rpcUrl, chainId }: { rpcUrl: string; chainId: number },
  keys: ChainKeys,
  clocks: DeploymentClocks = {},
): Promise<Deployment> {
  for (const key of Object.values(keys)) await setEther(rpcUrl, computeAddress(key), PLENTY)
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
        ...clocks,
      },
    )
    const { hash } = (await readBlock(rpcUrl, block))!
    return { chainId, token, vault, deployBlock: block, deployBlockHash: hash, contractsVersion }
  } finally {
    provider.destroy()
  }
}

/** Sets an account's balance in wei; an embedded chain only. */
export async function setEther(rpcUrl: string, address: string, wei: bigint): Promise<void> {
  await rpc(rpcUrl, 'anvil_setBalance', [address, `0x${wei.toString(16)}`])
}
