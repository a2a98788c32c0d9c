import { Contract, type ContractRunner, Interface, zeroPadValue } from 'ethers'
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

/** Voids the pending epoch: `fresh` in it gives the index of `old` to another account, or takes something back. */
export function encodeChallengeRegression(
  old: Leaf,
  oldProof: string,
  fresh: Leaf,
  freshProof: string,
): string {
  return vaultInterface.encodeFunctionData('challengeRegression', [old, oldProof, fresh, freshProof])
}

/** Voids the pending epoch: the place of `old` is empty in it; `emptyProof` as `SumTree.proof` gives it for the index. */
export function encodeChallengeOmission(old: Leaf, oldProof: string, emptyProof: string): string {
  return vaultInterface.encodeFunctionData('challengeOmission', [old, oldProof, emptyProof])
}

/** Voids the pending epoch: `fresh` in it counts deposits that were never made, or not yet by their order. */
export function encodeChallengePhantomDeposit(fresh: Leaf, freshProof: string): string {
  return vaultInterface.encodeFunctionData('challengePhantomDeposit', [fresh, freshProof])
}

/** Asks for the sender's own leaf in the pending epoch, by the one in the active epoch. Before `head.validAt`. */
export function encodeDemandLeaf(old: Leaf, oldProof: string): string {
  return vaultInterface.encodeFunctionData('demandLeaf', [old, oldProof])
}

/** Answers `LeafDemanded`: `old` is the account's leaf in the active epoch, `fresh` the one in the pending epoch. */
export function encodeAnswerDemand(old: Leaf, fresh: Leaf, freshProof: string): string {
  return vaultInterface.encodeFunctionData('answerDemand', [old, fresh, freshProof])
}

/** Voids the pending epoch when a demanded leaf wasn't shown until a challenge delay after `head.validAt`. */
export function encodeVoidUnanswered(): string {
  return vaultInterface.encodeFunctionData('voidUnanswered')
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

/** `debit` names the booking that this pays out, once: see `surplusDebit`. */
export function encodeWithdrawSurplus(to: string, amount: bigint, debit: string): string {
  return vaultInterface.encodeFunctionData('withdrawSurplus', [to, amount, debit])
}

/** The id of a ledger transfer (a UUID) as `withdrawSurplus` takes it: 32 bytes as 0x-hex, the id in the low 16. */
export function surplusDebit(transferId: string): string {
  return zeroPadValue(`0x${transferId.replaceAll('-', '')}`, 32)
}

/** The inverse of `surplusDebit`: the transfer's id, or undefined for 32 bytes that can be none of its. */
export function transferOfDebit(debit: string): string | undefined {
  const parts = /^0x0{32}([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(debit)
  return parts?.slice(1).join('-')
}

export function encodePause(): string {
  return vaultInterface.encodeFunctionData('pause')
}

export function encodeUnpause(): string {
  return vaultInterface.encodeFunctionData('unpause')
}
