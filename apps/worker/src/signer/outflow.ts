import { unpackPayouts, vaultInterface } from '@rivulet/contracts'
import type { TransactionDescription } from 'ethers'

/**
 * What a call lets out of the vault, in token units.
 *
 * `promised` is what an epoch's commit opens for payouts, `authorised` the sum it opens for claims, which only grows;
 * `paid` is what a batch pays, which a commit has promised before.
 */
export type Outflow = { promised: bigint; authorised: bigint; paid: bigint }

const NOTHING: Outflow = { promised: 0n, authorised: 0n, paid: 0n }

/** The calls that a worker has any business with, and what each lets out. */
const CALLS: Record<string, (call: TransactionDescription) => Outflow | undefined> = {
  commit: ({ args: { epoch } }) => ({
    ...{ promised: epoch.payoutTotal, authorised: epoch.authorisedTotal, paid: 0n },
  }),
  activate: () => NOTHING,
  executeBatch: ({ args: { records } }) => ({
    ...NOTHING,
    paid: unpackPayouts(records).reduce((sum, { amount }) => sum + amount, 0n),
  }),
  // Its commit has opened it; to anybody but the account itself the vault would pay it only if the account says so.
  claim: ({ args: { leaf, to } }) => (to === leaf.account ? NOTHING : undefined),
  resolveExit: () => NOTHING,
  // Shows a leaf that its owner asked for.
  answerDemand: () => NOTHING,
}

/**
 * Reads what a call of the vault lets out.
 * @param data call data, 0x-hex
 * @returns undefined for a call that a worker never makes, or one that is not exactly as the ABI writes it
 */
export function outflowOf(data: string): { name: string; outflow: Outflow } | undefined {
  try {
    const call = vaultInterface.parseTransaction({ data })
    const read = call && CALLS[call.name]
    if (!read) return undefined
    // Bytes that decode to the same and are others could be read otherwise elsewhere.
    if (vaultInterface.encodeFunctionData(call.fragment, call.args) !== data.toLowerCase()) return undefined
    const outflow = read(call)
    return outflow && { name: call.name, outflow }
  } catch {
    return undefined
  }
}
