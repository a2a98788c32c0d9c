import { JsonRpcProvider, type Wallet } from 'ethers'
import { argumentsOf } from './arguments.ts'
import { CannotLeave } from './cannot-leave.ts'
import { lastCommitOf } from './commits.ts'
import { leaveWithDeposit } from './deposit.ts'
import { leave } from './leave.ts'
import { ownLeavesOf } from './own-leaves.ts'
import { Vault } from './vault.ts'

// Leaves the network with nothing of its operator's: a node of the chain, the published leaf file, the exit secret and
// the wallet's key; who has but deposited needs neither file nor secret. Run twice is harmless. Code 1: it cannot be
// done with this file or now. Code 2: used wrongly.
try {
  const { rpc, wallet, to, by } = await argumentsOf(process.argv.slice(2))
  if ('vault' in by) await byDeposit(rpc, wallet, to, by.vault)
  else await byLeaf(rpc, wallet, to, by)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = error instanceof CannotLeave ? error.code : 2
}

async function byLeaf(rpc: string, wallet: Wallet, to: string, by: { leaves: string; secret: Uint8Array }) {
  const { file, own } = await ownLeavesOf(by.leaves, by.secret)
  await withNode(rpc, async (provider, chainId) => {
    if (chainId !== file.chainId)
      throw new CannotLeave(`the file is of chain ${file.chainId}, the node is of another`)
    const vault = await Vault.at(file.vault, provider, wallet)
    const commit = await lastCommitOf(provider, file.vault, file.number)
    await leave({ vault, account: wallet.address, to, file, own, say: console.log }, commit)
  })
}

function byDeposit(rpc: string, wallet: Wallet, to: string, address: string) {
  return withNode(rpc, async (provider) => {
    const vault = await Vault.at(address, provider, wallet)
    await leaveWithDeposit({ vault, account: wallet.address, to, say: console.log })
  })
}

async function withNode(
  rpc: string,
  work: (provider: JsonRpcProvider, chainId: bigint) => Promise<void>,
): Promise<void> {
  const asked = new JsonRpcProvider(rpc, 1, { staticNetwork: true })
  const chainId = await asked
    .send('eth_chainId', [])
    .then(BigInt)
    .finally(() => asked.destroy())
  const provider = new JsonRpcProvider(rpc, Number(chainId), { staticNetwork: true, cacheTimeout: -1 })
  provider.pollingInterval = 500
  try {
    await work(provider, chainId)
  } finally {
    provider.destroy()
  }
}
