import { signal } from '@preact/signals'
import { createStore, type EIP6963ProviderDetail } from 'mipd'

const store = createStore()

/** The wallets that have made themselves known to this page. Source: EIP-6963. */
export const browserWallets = signal<readonly EIP6963ProviderDetail[]>(store.getProviders())
store.subscribe((providers) => {
  browserWallets.value = providers
})

/** @throws Error when that wallet is not in this browser any more */
export function browserWallet(rdns: string): EIP6963ProviderDetail {
  const found = store.getProviders().find(({ info }) => info.rdns === rdns)
  if (!found)
    throw new Error('The wallet you signed in with is not there. Unlock it, and load this page again.')
  return found
}
