import { quotesFor } from '@rivulet/economy'
import { whichIsSigned } from '../auth/signature.ts'
import type { Deps } from '../deps.ts'
import { digestOf, typedDataOf } from './typed-data.ts'

/**
 * Which of the member's quotes for this withdrawal they have signed, used and expired ones included: its nonce, or null.
 * Asked before the withdrawal's transaction begins, which decides whether it is still good: a chain is slow.
 *
 * @param wish `amount` in nano, addresses EIP-55
 * @throws ChainUnavailable when a contract has to be asked and the chain does not answer
 */
export async function signedQuote(
  { db, provider, config, rules }: Pick<Deps, 'db' | 'provider' | 'config' | 'rules'>,
  wish: { memberId: string; own: string; to: string; amount: bigint },
  signature: string,
): Promise<Buffer | null> {
  const { own: account, to, amount } = wish
  // No quote was handed out for an amount that the token cannot carry.
  const quotes = amount % rules.unit === 0n ? await quotesFor(db.pool, wish) : []
  const digests = quotes.map((quote) =>
    digestOf(typedDataOf(config.chain, { account, to, amount: amount / rules.unit, ...quote })),
  )
  const place = await whichIsSigned(provider, account, digests, signature)
  return place === undefined ? null : (quotes[place]?.nonce ?? null)
}
