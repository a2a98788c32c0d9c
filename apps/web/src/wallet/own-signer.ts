import { BrowserProvider, type Signer, toBeHex } from 'ethers'
import type { Network } from '../network/network.ts'
import { me } from '../session/session.ts'
import { currentSigner } from '../session/signers.ts'

/**
 * The signed-in member's wallet, on the chain of this network, asked to change to it where it is on another.
 * @throws Error when it is another account, cannot send, or stays on another chain
 */
export async function ownSigner({ chain }: Network): Promise<Signer> {
  const signer = await currentSigner()
  const address = await signer.getAddress()
  if (address.toLowerCase() !== me.peek()?.address.toLowerCase())
    throw new Error(`Your wallet shows the account ${address}. Choose the one you signed in with.`)
  const { provider } = signer
  if (!provider)
    throw new Error('This network names no node of its chain, so this wallet cannot send from here.')
  if ((await provider.getNetwork()).chainId === BigInt(chain.id)) return signer
  if (!(provider instanceof BrowserProvider)) throw new Error('This wallet is on another chain.')
  // Source: EIP-3326. What was asked of the wallet before is void after it.
  await provider.send('wallet_switchEthereumChain', [{ chainId: toBeHex(chain.id).replace(/^0x0+/, '0x') }])
  return currentSigner()
}
