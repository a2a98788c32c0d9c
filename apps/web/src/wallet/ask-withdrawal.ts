import { ok, ProblemError, type Withdrawal, withdrawTo } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { me } from '../session/session.ts'

type Wish = { amount: string; to?: string; lane?: 'push' | 'pull' }

/**
 * Asks for a withdrawal; one to another address is signed by the wallet first.
 * @param key of this wish: asked again with it, nothing is withdrawn twice
 * @throws ProblemError when it is refused; Error when the wallet refuses
 */
export async function askWithdrawal({ amount, to, lane }: Wish, key: string): Promise<Withdrawal> {
  if (to === undefined || to.toLowerCase() === me.peek()?.address.toLowerCase()) {
    const params = { header: { 'idempotency-key': key } }
    return ok(
      await api.POST('/v1/wallet/withdrawals', { body: { amount, ...(lane ? { lane } : {}) }, params }),
    )
  }
  const { currentSigner } = await import('../session/signers.ts')
  const signer = await currentSigner()
  const signing = {
    address: await signer.getAddress(),
    signMessage: (text: string) => signer.signMessage(text),
    signTypedData: signer.signTypedData.bind(signer),
  }
  try {
    return await withdrawTo(api, signing, { amount, to, key })
  } catch (error) {
    // Signed anew under the key of a wish that did arrive.
    if (error instanceof ProblemError && error.problem.code === 'idempotency_mismatch')
      throw new Error(
        'Your first try has arrived after all: look at the list. Load this page again to withdraw more.',
      )
    throw error
  }
}
