import { BrowserProvider, JsonRpcProvider, type Signer, Wallet } from 'ethers'
import { loadNetwork } from '../network/network.ts'
import { browserWallet } from './browser-wallets.ts'
import { signedInWith } from './session.ts'

const KEPT_AS = 'rivulet:throwaway'

/** The name of the wallet that this page makes itself. */
export const THROWAWAY = 'throwaway'

/**
 * The wallet of whoever is signed in, ready to sign and to send.
 * @throws Error when it is not there any more
 */
export async function currentSigner(): Promise<Signer> {
  const name = signedInWith()
  if (name === null) throw new Error('Sign in first.')
  return signerOf(name)
}

/** A wallet by its name: `THROWAWAY`, or the rdns of a browser's, which may ask its owner. */
export async function signerOf(name: string): Promise<Signer> {
  if (name === THROWAWAY) return throwawayWallet()
  return new BrowserProvider(browserWallet(name).provider as never).getSigner()
}

/** The wallet this page keeps by itself, made when there is none. For the embedded chain: its key lies open. */
export async function throwawayWallet(): Promise<Wallet> {
  const key = localStorage.getItem(KEPT_AS) ?? Wallet.createRandom().privateKey
  localStorage.setItem(KEPT_AS, key)
  const { chain } = await loadNetwork()
  const provider =
    chain.rpcUrl === undefined ? null : new JsonRpcProvider(chain.rpcUrl, chain.id, { staticNetwork: true })
  return new Wallet(key, provider)
}
