import type { Client } from './client.ts'
import type { operations } from './generated/schema.ts'
import { ok } from './problem.ts'

/** Whoever can sign for an address: a wallet of ethers or viem, or what is around `personal_sign` of a browser's. */
export type Signer = {
  /** With its checksum (EIP-55). */
  address: string
  /** EIP-191, as `personal_sign`: 0x and hex. */
  signMessage(message: string): Promise<string>
}

/** What a sign-in answers. */
export type Session = operations['signIn']['responses'][200]['content']['application/json']

type Message = {
  domain: string
  uri: string
  address: string
  chainId: number
  nonce: string
  issuedAt: Date
  statement: string
}

/** What a wallet shows and signs. Source: EIP-4361, "Message Format". */
export function signInMessage(m: Message): string {
  return [
    `${m.domain} wants you to sign in with your Ethereum account:`,
    m.address,
    '',
    m.statement,
    '',
    `URI: ${m.uri}`,
    'Version: 1',
    `Chain ID: ${m.chainId}`,
    `Nonce: ${m.nonce}`,
    `Issued At: ${m.issuedAt.toISOString()}`,
  ].join('\n')
}

/**
 * Signs in with a wallet. The first time makes the member, and answers their `exitSecret`: keep it, with it one leaves
 * without the operator.
 *
 * @throws ProblemError when the API refuses it
 */
export async function signIn(
  client: Pick<Client, 'GET' | 'POST'>,
  signer: Signer,
  { statement = 'I sign in.' }: { statement?: string } = {},
): Promise<Session> {
  const { auth, chain } = ok(await client.GET('/v1/network'))
  const { nonce } = ok(await client.POST('/v1/auth/nonce'))
  const message = signInMessage({
    ...{ domain: auth.domain, uri: auth.uri, chainId: chain.id, nonce, statement },
    ...{ address: signer.address, issuedAt: new Date() },
  })
  const signature = await signer.signMessage(message)
  return ok(await client.POST('/v1/auth/verify', { body: { message, signature } }))
}
