import {
  dollarContract,
  parseVaultEvent,
  parseVaultRevert,
  readAccount,
  readVault,
  type VaultEvent,
  vaultContract,
} from '@rivulet/contracts'
import { formatUnits, isError, type JsonRpcProvider, type Wallet } from 'ethers'
import { CannotLeave } from './cannot-leave.ts'

/** The vault as one wallet meets it. */
export class Vault {
  readonly address: string
  readonly #provider: JsonRpcProvider
  readonly #wallet: Wallet
  #decimals = 0
  #symbol = ''

  private constructor(address: string, provider: JsonRpcProvider, wallet: Wallet) {
    this.address = address
    this.#provider = provider
    this.#wallet = wallet.connect(provider)
  }

  /** Throws CannotLeave where there is no vault at the address. */
  static async at(address: string, provider: JsonRpcProvider, wallet: Wallet): Promise<Vault> {
    const vault = new Vault(address, provider, wallet)
    if ((await provider.getCode(address)) === '0x')
      throw new CannotLeave(`there is no vault at ${address} on this chain`)
    const token = dollarContract((await vault.state()).token, provider)
    vault.#decimals = Number(await token.getFunction('decimals').staticCall())
    vault.#symbol = await token.getFunction('symbol').staticCall()
    return vault
  }

  state() {
    return readVault(this.address, this.#provider, 'latest')
  }

  account(of: string) {
    return readAccount(this.address, this.#provider, 'latest', of)
  }

  /** When silence of the operator lets everybody leave, and how long a demand may stay unserved; in seconds. */
  async clocks(): Promise<{ silenceLimit: number; forcedWindow: number }> {
    const contract = vaultContract(this.address, this.#provider)
    const [silenceLimit, forcedWindow] = await Promise.all(
      ['silenceLimit', 'forcedWindow'].map((name) => contract.getFunction(name).staticCall()),
    )
    return { silenceLimit: Number(silenceLimit), forcedWindow: Number(forcedWindow) }
  }

  /** A sum as people write it. */
  text(units: bigint): string {
    return `${formatUnits(units, this.#decimals)} ${this.#symbol}`
  }

  /** The name of the vault's refusal of a call, nothing when it would go through. Sends nothing. */
  async refusal(data: string): Promise<string | undefined> {
    try {
      await this.#provider.call({ from: this.#wallet.address, to: this.address, data })
      return undefined
    } catch (error) {
      const revert = parseVaultRevert(error)
      if (revert) return revert.name
      throw error
    }
  }

  /**
   * Sends a call and waits for its block; answers with what the vault logged.
   * @throws CannotLeave when the wallet cannot pay for it, or it failed there
   */
  async send(data: string): Promise<VaultEvent[]> {
    try {
      const sent = await this.#wallet.sendTransaction({ to: this.address, data })
      const receipt = await sent.wait()
      return (receipt?.logs ?? [])
        .filter((log) => log.address === this.address)
        .flatMap((log) => parseVaultEvent(log) ?? [])
    } catch (error) {
      if (isError(error, 'INSUFFICIENT_FUNDS'))
        throw new CannotLeave(
          `the wallet ${this.#wallet.address} has nothing to pay the chain's fee with: send it a little of the chain's own coin`,
        )
      const revert = parseVaultRevert(error)
      if (revert)
        throw new CannotLeave(
          `the vault refused: ${revert.name}. Run this again: somebody may have been faster`,
        )
      throw error
    }
  }
}
