import { formatUnits, getAddress, isAddress, keccak256, toUtf8Bytes } from 'ethers'
import type { Entry } from './journal.ts'
import { outflowOf } from './outflow.ts'
import type { SignRefusal, SignRequest } from './signer.ts'

/** What a signer signs at all. Caps in token units, fees in wei. */
export type Policy = {
  chainId: bigint
  /** EIP-55. The only address that is called. */
  vault: string
  maxFeePerGas: bigint
  /** Most that one call lets out, and most in 24 hours: of promises and of payments each, as each promise is paid once. */
  perTransaction: bigint
  perDay: bigint
  /** What was open for claims before the journal began: not counted as growth. */
  authorisedBefore: bigint
}

/** What the journal says to a request: the nonce's entry, and the sums before it. */
export type Remembered = {
  entry: Entry | undefined
  authorised: bigint
  lastDay: { promised: bigint; paid: bigint }
}

export type Verdict = { ok: true; entry: Omit<Entry, 'at' | 'signer'>; isNew: boolean } | SignRefusal

const GAS_LIMIT = 1n << 24n // EIP-7825

/** What a request calls, with what, as one hash. Another fee or gas limit is the same call. */
export function callHash({ to, data }: Pick<SignRequest, 'to' | 'data'>): string {
  return keccak256(toUtf8Bytes(`${to.toLowerCase()} ${data.toLowerCase()}`))
}

/** Whether a request may be signed, by the policy and by what was signed before it. Changes nothing. */
export function judge(request: SignRequest, policy: Policy, remembered: Remembered): Verdict {
  const { chainId, nonce, to, data, gasLimit, maxFeePerGas } = request
  if (chainId !== policy.chainId) return refusal('wrong_chain', `chain ${chainId}, not ${policy.chainId}`)
  if (!isAddress(to) || getAddress(to) !== policy.vault)
    return refusal('wrong_target', `a call of ${to}, which is not the vault`)
  if (maxFeePerGas > policy.maxFeePerGas)
    return refusal('fee_above_ceiling', `${inGwei(maxFeePerGas)} a gas, above ${inGwei(policy.maxFeePerGas)}`)
  if (gasLimit > GAS_LIMIT) return refusal('gas_above_limit', `${gasLimit} gas, above ${GAS_LIMIT}`)
  const call = outflowOf(data)
  if (!call) return refusal('unknown_call', `${data.slice(0, 10)} is no call that a worker makes`)

  const { promised, authorised, paid } = call.outflow
  const hash = callHash(request)
  const entry = { chainId, nonce, call: hash, promised, authorised, paid }
  if (remembered.entry)
    return remembered.entry.call === hash
      ? { ok: true, entry, isNew: false }
      : refusal('nonce_used', `nonce ${nonce} was signed for another call: are the books of an older day?`)

  const before = greater(remembered.authorised, policy.authorisedBefore)
  const opened = promised + greater(authorised - before, 0n)
  const most = greater(opened, paid)
  if (most > policy.perTransaction)
    return refusal(
      'above_transaction_cap',
      `${call.name} lets out ${most} units, above ${policy.perTransaction}`,
    )
  const day = { opened: remembered.lastDay.promised + opened, paid: remembered.lastDay.paid + paid }
  if ((opened > 0n && day.opened > policy.perDay) || (paid > 0n && day.paid > policy.perDay))
    return refusal(
      'above_day_cap',
      `${call.name} would make it ${greater(day.opened, day.paid)} units in 24 hours, above ${policy.perDay}`,
    )
  return { ok: true, entry, isNew: true }
}

const refusal = (code: SignRefusal['code'], detail: string): SignRefusal => ({ ok: false, code, detail })
const greater = (a: bigint, b: bigint) => (a > b ? a : b)
const inGwei = (wei: bigint) => `${formatUnits(wei, 'gwei')} gwei`
