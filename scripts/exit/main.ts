import { JsonRpcProvider } from 'ethers'
import { argumentsOf } from './arguments.ts'
import { CannotLeave } from './cannot-leave.ts'
import { lastCommitOf } from './commits.ts'
import { leave } from './leave.ts'
import { ownLeavesOf } from './own-leaves.ts'
import { Vault } from './vault.ts'

// Leaves the network with nothing of its operator's: a node of the chain, the published leaf file, the exit secret and
// the wallet's key. Run twice is harmless. Code 1: it cannot be done with this file or now. Code 2: used wrongly.
try {
  const { rpc, leaves, secret, wallet, to } = await argumentsOf(process.argv.slice(2))
  const { file, own } = await ownLeavesOf(leaves, secret)
  const provider = new JsonRpcProvider(rpc, Number(file.chainId), { staticNetwork: true, cacheTimeout: -1 })
  provider.pollingInterval = 500
  try {
    if (BigInt(await provider.send('eth_chainId', [])) !== file.chainId)
      throw new CannotLeave(`the file is of chain ${file.chainId}, the node is of another`)
    const vault = await Vault.at(file.vault, provider, wallet)
    const commit = await lastCommitOf(provider, file.vault, file.number)
    await leave({ vault, account: wallet.address, to, file, own, say: console.log }, commit)
  } finally {
    provider.destroy()
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = error instanceof CannotLeave ? error.code : 2
}
