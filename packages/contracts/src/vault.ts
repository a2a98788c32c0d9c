import { Contract, type ContractRunner, Interface } from 'ethers'
import { artifacts } from './artifacts.ts'
import type { Leaf } from './leaf.ts'

/** ABI of `SettlementVault`: calls, events and errors. */
export const vaultInterface = new Interface(artifacts.vault.abi)

/** The vault at `address` as an ethers contract. For plain reads see `readVault`; for raw call data, `encode…`. */
export function vaultContract(address: string, runner?: ContractRunner | null): Contract {
  return new Contract(address, vaultInterface, runner)
}

/** What the operator commits; `ISettlementVault.Epoch`. Hashes are 0x-hex, amounts in token units. */
export type Epoch = {
  root: string
  /** Root over the batches; the zero hash when there are none. */
  payoutRoot: string
  /** Sum at the tree's top. */
  gross: bigint
  authorisedTotal: bigint
  depth: number
  depositsSeen: bigint
  payoutTotal: bigint
}

/** Arguments of `commit`. `number` is the new epoch's own, `expectedExecuted` the bitmap its snapshot was taken with. */
export type Commit = { epoch: Epoch; number: number; expectedExecuted: bigint; dataHash: string }

/** Arguments of `executeBatch`: see `packPayouts` and `buildPayoutTree`. */
export type BatchCall = { index: number; records: string; proof: readonly string[] }

/** An ECDSA signature in parts, as `Signature.from(…)` of ethers has them. */
export type SignatureParts = { v: number; r: string; s: string }

// Every `encode…` returns the call data for the vault's address, as 0x-hex.

export function encodeDeposit(account: string, amount: bigint): string {
  return vaultInterface.encodeFunctionData('deposit', [account, amount])
}

/** The permit is the sender's own, over exactly `amount` (see `permitTypedData`); `deadline` in Unix seconds. */
export function encodeDepositWithPermit(
  account: string,
  amount: bigint,
  deadline: bigint,
  { v, r, s }: SignatureParts,
): string {
  return vaultInterface.encodeFunctionData('depositWithPermit', [account, amount, deadline, v, r, s])
}

export function encodeCommit({ epoch, number, expectedExecuted, dataHash }: Commit): string {
  return vaultInterface.encodeFunctionData('commit', [epoch, number, expectedExecuted, dataHash])
}

export function encodeActivate(): string {
  return vaultInterface.encodeFunctionData('activate')
}

export function encodeVeto(): string {
  return vaultInterface.encodeFunctionData('veto')
}

export function encodeExecuteBatch({ index, records, proof }: BatchCall): string {
  return vaultInterface.encodeFunctionData('executeBatch', [index, records, proof])
}

export function encodeClaimOwed(account: string, to: string): string {
  return vaultInterface.encodeFunctionData('claimOwed', [account, to])
}

/** `proof` as `SumTree.proof` gives it; so for every call with a leaf. */
export function encodeClaim(leaf: Leaf, proof: string, to: string): string {
  return vaultInterface.encodeFunctionData('claim', [leaf, proof, to])
}

export function encodeRequestExit(leaf: Leaf, proof: string): string {
  return vaultInterface.encodeFunctionData('requestExit', [leaf, proof])
}

export function encodeResolveExit(leaf: Leaf, proof: string): string {
  return vaultInterface.encodeFunctionData('resolveExit', [leaf, proof])
}

export function encodeEnterExitMode(unserved: string): string {
  return vaultInterface.encodeFunctionData('enterExitMode', [unserved])
}

export function encodeExit(leaf: Leaf, proof: string, to: string): string {
  return vaultInterface.encodeFunctionData('exit', [leaf, proof, to])
}

export function encodeExitDeposit(account: string): string {
  return vaultInterface.encodeFunctionData('exitDeposit', [account])
}

export function encodeWithdrawSurplus(to: string, amount: bigint): string {
  return vaultInterface.encodeFunctionData('withdrawSurplus', [to, amount])
}

export function encodePause(): string {
  return vaultInterface.encodeFunctionData('pause')
}

export function encodeUnpause(): string {
  return vaultInterface.encodeFunctionData('unpause')
}
