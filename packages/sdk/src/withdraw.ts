import type { Client } from './client.ts'
import type { components } from './generated/schema.ts'
import { ok } from './problem.ts'
import type { Signer } from './sign-in.ts'

type Field = { name: string; type: string }

/** Whoever can sign typed data as well (EIP-712): a wallet of ethers as it is. */
export type TypedDataSigner = Signer & {
  /** @param types without `EIP712Domain` */
  signTypedData(domain: object, types: Record<string, Field[]>, message: object): Promise<string>
}

export type Withdrawal = components['schemas']['Withdrawal']

/**
 * Withdraws to an address that is not the member's own: has the API quote it, and the wallet sign the quote. By session
 * only. What is signed is compared with what was asked for first: a wallet shows it as well, but who reads that?
 *
 * @param amount a decimal string of the asset
 * @throws ProblemError when the API refuses it; Error when its quote is of another withdrawal
 */
export async function withdrawTo(
  client: Pick<Client, 'POST'>,
  signer: TypedDataSigner,
  { amount, to, key = crypto.randomUUID() }: { amount: string; to: string; key?: string },
): Promise<Withdrawal> {
  const { typedData } = ok(await client.POST('/v1/wallet/withdrawals/quote', { body: { amount, to } }))
  const { domain, types, message } = typedData
  if (!isSame(message.to, to) || !isSame(message.account, signer.address))
    throw new Error(`the quote is of a withdrawal from ${message.account} to ${message.to}`)
  const { EIP712Domain: _, ...signed } = types
  const signature = await signer.signTypedData(domain, signed, message)
  return ok(
    await client.POST('/v1/wallet/withdrawals', {
      body: { amount, to, signature },
      params: { header: { 'idempotency-key': key } },
    }),
  )
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
