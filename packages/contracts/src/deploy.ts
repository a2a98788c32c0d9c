import { ContractFactory, type Signer } from 'ethers'
import { artifacts } from './artifacts.ts'

const HOUR = 3600
const DAY = 24 * HOUR

/** Who holds what, and the vault's clocks, in seconds; the clocks can't be changed later. */
export type DeployOptions = {
  /** Holds the default admin role; need not be the deploying key. */
  admin: string
  operator: string
  guardian: string
  treasurer: string
  /** An ERC-20 that is there already; without it a `TestDollar` is deployed, with the signer as its owner. */
  token?: string
  /** From commit to activation. */
  challengeDelaySeconds?: number
  /** How long a change of the admin waits. */
  adminDelaySeconds?: number
  /** Without an activation for so long, anybody may start exit mode. */
  silenceLimitSeconds?: number
  /** How long an exit request may stay unserved. */
  forcedWindowSeconds?: number
  /** How long another outflow limit waits. */
  limitDelaySeconds?: number
  /** The most an epoch may newly pay out: the greater of this (token units) … */
  outflowFloor?: bigint
  /** … and this share of the vault's balance, in 1/10,000. */
  outflowBps?: number
}

/**
 * The clocks of a production vault on an L2, and 100,000 dollars of 6 decimals. Silence limit and forced window must
 * be longer than a pause, its cool-down and four challenge delays together (10 days and four delays):
 * a delay of a day takes longer ones than these.
 */
export const deployDefaults = {
  challengeDelaySeconds: HOUR,
  adminDelaySeconds: 3 * DAY,
  silenceLimitSeconds: 14 * DAY,
  forcedWindowSeconds: 14 * DAY,
  limitDelaySeconds: 2 * DAY,
  outflowFloor: 100_000_000_000n,
  outflowBps: 2_500,
} satisfies Partial<DeployOptions>

/** Where the contracts are. Nothing of theirs is older than block `block`. */
export type Deployment = { token: string; vault: string; block: number }

/**
 * Deploys the vault with all its roles granted, and a test dollar when no token is given. Waits for one block of each.
 *
 * @param signer Pays for it, and owns the test dollar; gets no role in the vault.
 * @throws what ethers throws when a deployment reverts: `BadConfig` (see `parseVaultRevert`) for clocks too short, a
 * token without code, or more than 10,000 bps.
 */
export async function deployContracts(signer: Signer, options: DeployOptions): Promise<Deployment> {
  const settings = { ...deployDefaults, ...options }
  const token =
    options.token ?? (await deployed(artifacts.dollar, signer, [await signer.getAddress()])).address
  const vault = await deployed(artifacts.vault, signer, [
    {
      token,
      admin: settings.admin,
      operator: settings.operator,
      guardian: settings.guardian,
      treasurer: settings.treasurer,
      adminDelay: settings.adminDelaySeconds,
      challengeDelay: settings.challengeDelaySeconds,
      silenceLimit: settings.silenceLimitSeconds,
      forcedWindow: settings.forcedWindowSeconds,
      limitDelay: settings.limitDelaySeconds,
      outflowFloor: settings.outflowFloor,
      outflowBps: settings.outflowBps,
    },
  ])
  return { token, vault: vault.address, block: vault.block }
}

async function deployed(artifact: { abi: object[]; bytecode: string }, signer: Signer, args: unknown[]) {
  const contract = await new ContractFactory(artifact.abi, artifact.bytecode, signer).deploy(...args)
  const receipt = await contract.deploymentTransaction()?.wait()
  if (!receipt) throw new Error('the deployment has no receipt')
  return { address: await contract.getAddress(), block: receipt.blockNumber }
}
