import type { Wallet } from 'ethers'
import type { Journal } from './journal.ts'
import { judge, type Policy } from './policy.ts'
import { type SignAnswer, type Signer, type SignRequest, signedBytes } from './signer.ts'

/**
 * A signer that signs what the policy allows, after the journal has it on the disk. It does so without pause, so two
 * requests never see the same sums.
 *
 * Asked again for a nonce and the same call, with whatever fees, it signs again and counts nothing: it is the same
 * payment. Killed between entry and answer, the entry counts, and the next time it is asked it is such a repetition.
 */
export function guardedSigner(
  wallet: Pick<Wallet, 'address' | 'signingKey'>,
  policy: Policy,
  journal: Journal,
  now: () => number = Date.now,
): Signer {
  const { address } = wallet
  function sign(request: SignRequest): SignAnswer {
    const { chainId, nonce } = request
    const at = now()
    const verdict = judge(request, policy, {
      entry: journal.at({ chainId, signer: address, nonce }),
      authorised: journal.authorised,
      lastDay: journal.lastDay(at, policy.authorisedBefore),
    })
    if (!verdict.ok) return verdict
    if (verdict.isNew) journal.add({ ...verdict.entry, at, signer: address })
    return { ok: true, raw: signedBytes(request, wallet) }
  }
  return { address, sign: async (request) => sign(request) }
}
