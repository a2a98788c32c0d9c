import { JsonRpcProvider, type Signer } from 'ethers'
import { fromUnits, toUnits } from '../money/amount.ts'
import type { Network } from '../network/network.ts'
import { inWords } from './chain-refusals.ts'
import type { Step } from './steps.ts'
import { tokenOf, vaultOf } from './vault-calls.ts'

/**
 * Lets the vault take an amount from the wallet, and has it do so, for the wallet's own account. Where an earlier try
 * has left an allowance that is enough, nothing is approved again.
 *
 * @param onStep told each step as it begins
 * @returns the hash of the deposit's transaction, which is in a block
 * @throws Error when the wallet has less, or refuses, or the chain does
 */
export async function sendDeposit(...given: Parameters<typeof send>): Promise<string> {
  try {
    return await send(...given)
  } catch (error) {
    throw inWords(error)
  }
}

async function send(
  network: Network,
  signer: Signer,
  { amount, onStep }: { amount: string; onStep: (step: Step) => void },
): Promise<string> {
  const { asset, chain } = network
  const units = toUnits(amount, asset.decimals)
  if (units === undefined) throw new Error(`${asset.symbol} has ${asset.decimals} places at most.`)
  const account = await signer.getAddress()
  const token = tokenOf(network, signer)
  const vault = vaultOf(network, signer)
  if (((await token.getFunction('balanceOf')(account)) as bigint) < units)
    throw new Error(`Your wallet holds less ${asset.symbol} than that. Deposit less, or get some first.`)
  onStep('approving')
  const allowed = (await token.getFunction('allowance')(account, chain.vault)) as bigint
  if (allowed < units) await (await token.getFunction('approve')(chain.vault, units)).wait()
  onStep('sending')
  const sent = await vault.getFunction('deposit')(account, units)
  await sent.wait()
  onStep('in a block')
  return sent.hash as string
}

/** What a wallet itself holds, as a decimal string; undefined where the network names no node to ask. */
export async function heldBy(network: Network, address: string): Promise<string | undefined> {
  const { asset, chain } = network
  if (chain.rpcUrl === undefined) return undefined
  const provider = new JsonRpcProvider(chain.rpcUrl, chain.id, { staticNetwork: true })
  try {
    const units = (await tokenOf(network, provider).getFunction('balanceOf')(address)) as bigint
    return fromUnits(units, asset.decimals)
  } finally {
    provider.destroy()
  }
}
