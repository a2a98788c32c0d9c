import { parseArgs } from 'node:util'
import { readLeafFile } from '@rivulet/contracts'
import { getAddress, isAddress, JsonRpcProvider } from 'ethers'
import { lastCommitOf } from '../exit/commits.ts'
import { fromApi, fromDisk } from './source.ts'
import { compareWithCommit, compareWithReserves } from './verify.ts'

// Rebuilds an epoch from its published leaf file and compares it with the chain. Code 1: something is not equal. Code 2:
// it could not look.
const USAGE =
  'npm run verify -- --rpc URL --epoch N (--leaves FILE | --api URL) [--vault ADDRESS]\n\n' +
  'A file says itself which vault it is of: name the one you know with --vault.'
const { rpc, epoch, leaves, api, vault } = argumentsOf(process.argv.slice(2))
if (!rpc || !/^[1-9]\d{0,9}$/.test(epoch ?? '') || !leaves === !api || (vault && !isAddress(vault))) {
  console.error(USAGE)
  process.exit(2)
}
try {
  const source = leaves ? fromDisk(leaves) : await fromApi(api as string, Number(epoch))
  const file = await readLeafFile(source.pieces)
  const known = vault ?? source.vault
  if (known && getAddress(known) !== getAddress(file.vault))
    throw new Error(`the file is of vault ${file.vault}, not of ${known}`)
  if (file.number !== Number(epoch)) throw new Error(`the file is of epoch ${file.number}`)
  process.exitCode = await compare(rpc, file)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

async function compare(rpcUrl: string, file: Awaited<ReturnType<typeof readLeafFile>>): Promise<0 | 1> {
  const provider = new JsonRpcProvider(rpcUrl, Number(file.chainId), {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  try {
    const chainId = BigInt(await provider.send('eth_chainId', []))
    if (chainId !== file.chainId)
      throw new Error(`the file is of chain ${file.chainId}, the node of ${chainId}`)
    const commit = await lastCommitOf(provider, file.vault, file.number)
    if (!commit) throw new Error(`the vault ${file.vault} was never told of epoch ${file.number}`)
    const findings = [...compareWithCommit(file, commit), await compareWithReserves(provider, file, commit)]
    console.log(
      `epoch ${file.number} of vault ${file.vault}: ${file.leaves} leaves, ${file.batches.length} batches`,
    )
    for (const { what, equal, detail } of findings)
      console.log(`${equal ? 'right    ' : 'NOT EQUAL'}  ${what}: ${detail}`)
    return findings.every(({ equal }) => equal) ? 0 : 1
  } finally {
    provider.destroy()
  }
}

function argumentsOf(args: string[]) {
  const text = { type: 'string' } as const
  try {
    const options = { rpc: text, epoch: text, leaves: text, api: text, vault: text }
    return parseArgs({ args, options }).values
  } catch {
    return {}
  }
}
