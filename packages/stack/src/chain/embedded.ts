import { readJson, writeJson } from '../home/file.ts'
import type { Home } from '../home/home.ts'
import { RESET } from '../home/version.ts'
import { StartRefused } from '../refusal.ts'
import { type ChainKeys, type Deployment, type DeploymentClocks, deploy } from './deployment.ts'
import { readBlock } from './rpc.ts'
import type { Chain } from './start.ts'

/**
 * The contracts on a home's chain, deployed when they are not yet.
 *
 * @throws StartRefused when the chain is not the one they were deployed on.
 */
export async function ensureDeployment(
  home: Home,
  chain: Chain,
  keys: ChainKeys,
  clocks: DeploymentClocks,
): Promise<Deployment> {
  const known = readJson<Deployment>(home.deployment)
  if (known === null) {
    const deployment = await deploy(chain, keys, clocks)
    writeJson(home.deployment, deployment)
    return deployment
  }
  const block = await readBlock(chain.rpcUrl, known.deployBlock)
  if (block?.hash !== known.deployBlockHash) {
    throw new StartRefused(
      `The chain in ${home.chain} is not the one that the contracts of ${home.deployment} were deployed on: its state ` +
        `was lost or replaced. Put it back, or start anew with ${RESET}, which forgets members, books and chain.`,
    )
  }
  return known
}
