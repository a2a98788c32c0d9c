import { getBytes, type HDNodeWallet, isHexString, JsonRpcProvider } from 'ethers'
import type { Page } from 'playwright-core'

/** A wallet as a browser's extension is one: it makes itself known by EIP-6963 and answers by EIP-1193. */
export type InjectedWallet = {
  /** Whether its owner says no to whatever is to be signed. */
  refuses: boolean
  /** What it was asked to sign or send, in order. */
  asked: string[]
  inject(page: Page): Promise<void>
  close(): void
}

const SIGNING = ['personal_sign', 'eth_signTypedData_v4', 'eth_sendTransaction']

/** What runs in the page: requests go out to the test, which has the key. */
const ANNOUNCE = `(() => {
  const provider = {
    on() {},
    removeListener() {},
    async request({ method, params = [] }) {
      const { result, error } = await walletRequest(method, params)
      if (error) throw Object.assign(new Error(error.message), error)
      return result
    },
  }
  const info = { uuid: crypto.randomUUID(), name: 'Test Wallet', rdns: 'test.wallet', icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>' }
  const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }))
  addEventListener('eip6963:requestProvider', announce)
  announce()
})()`

export function injectedWallet(key: HDNodeWallet, rpcUrl: string, chainId: number): InjectedWallet {
  const provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1 })
  const signer = key.connect(provider)

  async function answer(method: string, params: unknown[]): Promise<unknown> {
    switch (method) {
      case 'eth_requestAccounts':
      case 'eth_accounts':
        return [signer.address.toLowerCase()]
      case 'personal_sign': {
        const message = params[0] as string
        return signer.signMessage(isHexString(message) ? getBytes(message) : message)
      }
      case 'eth_signTypedData_v4': {
        const { domain, types, message } = JSON.parse(params[1] as string)
        const { EIP712Domain: _, ...own } = types
        return signer.signTypedData(domain, own, message)
      }
      case 'eth_sendTransaction': {
        const { gas, ...call } = params[0] as { gas?: string }
        return (await signer.sendTransaction({ ...call, ...(gas ? { gasLimit: gas } : {}) })).hash
      }
      default:
        return provider.send(method, params)
    }
  }

  const wallet: InjectedWallet = {
    refuses: false,
    asked: [],
    async inject(page) {
      await page.exposeFunction('walletRequest', async (method: string, params: unknown[]) => {
        if (SIGNING.includes(method)) {
          wallet.asked.push(method)
          // Source: EIP-1193, "Provider errors".
          if (wallet.refuses) return { error: { code: 4001, message: 'User rejected the request.' } }
        }
        return answer(method, params).then(
          (result) => ({ result }),
          (error: Error) => ({ error: { code: -32603, message: error.message } }),
        )
      })
      await page.addInitScript(ANNOUNCE)
    },
    close: () => provider.destroy(),
  }
  return wallet
}
