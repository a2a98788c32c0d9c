import { type TestChain, type TestChainOptions, testChain } from '@rivulet/stack'
import type { NonceManager } from 'ethers'

/*
 * A chain takes longer to start and deploy on than most stories take to tell. One that makes its blocks on demand can be
 * put back to the moment after its deployment, and serves the next story, of this file or of another one in the same
 * process. Those that are left end with the process.
 */

/** More than a story takes are not kept. */
const MOST_SPARES = 2

const spares = new Map<string, TestChain[]>()
/** Each chain as it was deployed; a snapshot serves once. */
const snapshots = new WeakMap<TestChain, string>()

const keyOf = (options: TestChainOptions) =>
  Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .sort()
    .join()

/** A chain with the contracts on it and nothing else, as `testChain` gives it. */
export async function takeChain(options: TestChainOptions): Promise<TestChain> {
  const spare = spares.get(keyOf(options))?.pop()
  if (spare) {
    // Put back, its clock says what it was then.
    await spare.provider.send('evm_setTime', [Math.floor(Date.now() / 1000)])
    return spare
  }
  const chain = await testChain(options)
  if (options.blockTime === null) snapshots.set(chain, await chain.provider.send('evm_snapshot', []))
  return chain
}

/** Gives a chain back: for the next story where it can be put back, else it is closed. */
export async function leaveChain(chain: TestChain, options: TestChainOptions): Promise<void> {
  const key = keyOf(options)
  const others = spares.get(key) ?? []
  const snapshot = snapshots.get(chain)
  try {
    if (others.length >= MOST_SPARES) throw new Error('there are enough')
    if (snapshot === undefined || !(await chain.provider.send('evm_revert', [snapshot])))
      throw new Error('it cannot be put back')
    await chain.provider.send('anvil_dropAllTransactions', [])
    await chain.provider.send('evm_setAutomine', [true])
    // A price that was set for the next block is none of the chain's state.
    const { baseFeePerGas } = await chain.provider.send('eth_getBlockByNumber', ['latest', false])
    await chain.provider.send('anvil_setNextBlockBaseFeePerGas', [baseFeePerGas])
    snapshots.set(chain, await chain.provider.send('evm_snapshot', []))
  } catch {
    return chain.close()
  }
  for (const { runner } of [chain.dollar, chain.vaultContract]) (runner as NonceManager).reset()
  spares.set(key, [...(spares.get(key) ?? []), chain])
}
