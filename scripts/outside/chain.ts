import { type BaseWallet, Contract, JsonRpcProvider, Signature } from 'ethers'
import type { Network } from './member.ts'

/** What wallets know of the token (ERC-20 with EIP-2612) and of the vault. */
const TOKEN = [
  'function name() view returns (string)',
  'function balanceOf(address) view returns (uint256)',
  'function nonces(address) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function mint(address to, uint256 amount)',
]
const VAULT = [
  'function deposit(address account, uint256 amount)',
  'function depositWithPermit(address account, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
]
const PERMIT = {
  Permit: ['address owner', 'address spender', 'uint256 value', 'uint256 nonce', 'uint256 deadline'].map(
    (field) => {
      const [type, name] = field.split(' ') as [string, string]
      return { type, name }
    },
  ),
}

/** More than a deposit takes: a deposit sent right behind its approval cannot be estimated yet. */
const GAS = 300_000n

/** The chain as a wallet sees it. Amounts are nano; the token's own units stay in here. */
export type Chain = ReturnType<typeof chainOf>

export function chainOf(rpcUrl: string, network: Pick<Network, 'chain' | 'asset'>) {
  const provider = new JsonRpcProvider(rpcUrl, network.chain.id, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 100,
  })
  const token = new Contract(network.asset.address, TOKEN, provider)
  const vault = new Contract(network.chain.vault, VAULT, provider)
  const nanoInUnit = 10n ** BigInt(9 - network.asset.decimals)
  const unitsOf = (nano: bigint) => {
    if (nano % nanoInUnit !== 0n) throw new Error(`the token cannot carry ${nano} nano`)
    return nano / nanoInUnit
  }
  const calls = (contract: Contract, wallet: BaseWallet) =>
    contract.connect(wallet.connect(provider)) as Contract

  return {
    provider,
    unitsOf,
    nanoInUnit,
    vaultAddress: network.chain.vault,

    /** Token balance in nano, at a block or now. */
    async balanceOf(address: string, block?: number): Promise<bigint> {
      const units = await token.getFunction('balanceOf')(address, { blockTag: block ?? 'latest' })
      return units * nanoInUnit
    },

    /** Approves the vault and deposits, for the wallet's own account. @returns the deposit's transaction hash */
    async deposit(wallet: BaseWallet, nano: bigint): Promise<string> {
      const nonce = await provider.getTransactionCount(wallet.address)
      const amount = unitsOf(nano)
      await calls(token, wallet).getFunction('approve')(network.chain.vault, amount, { nonce, gasLimit: GAS })
      const sent = await calls(vault, wallet).getFunction('deposit')(wallet.address, amount, {
        nonce: nonce + 1,
        gasLimit: GAS,
      })
      return (await sent.wait()).hash
    },

    /** Signs a permit (EIP-2612) and deposits with it, in one transaction. @returns its hash */
    async depositWithPermit(wallet: BaseWallet, nano: bigint): Promise<string> {
      const value = unitsOf(nano)
      const deadline = Math.floor(Date.now() / 1000) + 3600
      const signature = Signature.from(
        await wallet.signTypedData(
          {
            name: await token.getFunction('name')(),
            version: '1',
            chainId: network.chain.id,
            verifyingContract: network.asset.address,
          },
          PERMIT,
          {
            owner: wallet.address,
            spender: network.chain.vault,
            value,
            nonce: await token.getFunction('nonces')(wallet.address),
            deadline,
          },
        ),
      )
      const { v, r, s } = signature
      const sent = await calls(vault, wallet).getFunction('depositWithPermit')(
        wallet.address,
        value,
        deadline,
        v,
        r,
        s,
      )
      return (await sent.wait()).hash
    },

    close() {
      provider.destroy()
    },
  }
}
