import { TypedDataEncoder } from 'ethers'

/** The EIP-712 domain of one vault: what ties leaves, batches and signatures to it. */
export type VaultDomain = {
  name: 'SettlementVault'
  version: '1'
  chainId: bigint
  verifyingContract: string
}

/** EIP-712 domain of the vault at `vault` on chain `chainId`, as `signTypedData` takes it. */
export function vaultDomain(chainId: bigint | number, vault: string): VaultDomain {
  return { name: 'SettlementVault', version: '1', chainId: BigInt(chainId), verifyingContract: vault }
}

/** The domain's separator (EIP-712 `hashStruct(eip712Domain)`), 32 bytes as 0x-hex. */
export function domainSeparator(chainId: bigint | number, vault: string): string {
  return TypedDataEncoder.hashDomain(vaultDomain(chainId, vault))
}
