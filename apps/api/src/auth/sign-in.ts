import { withTransaction } from '@rivulet/db'
import { ensureMember } from '@rivulet/economy'
import { hashMessage } from 'ethers'
import type { Deps } from '../deps.ts'
import { type MemberRow, memberById } from '../members/store.ts'
import { audienceOf, readMessage } from './message.ts'
import { useNonce } from './nonces.ts'
import { beginSession } from './sessions.ts'
import { isSignedBy } from './signature.ts'

export type SignInResult =
  | { ok: true; token: string; expiresAt: Date; member: MemberRow; exitSecret?: string }
  | { ok: false; code: 'not_a_message' | 'bad_signature' | 'nonce_used' | 'domain_mismatch' | 'expired' }

/**
 * Signs a wallet in with an EIP-4361 message. The first sign-in of an address makes its member, and is the one that is
 * handed the exit secret.
 *
 * The nonce of any well-formed message is used up by the attempt, whatever comes of it.
 *
 * @throws when the signature is a contract's to judge and the chain does not answer
 */
export async function signIn(
  { config, db, provider, now }: Pick<Deps, 'config' | 'db' | 'provider' | 'now'>,
  input: { message: string; signature: string; userAgent?: string | undefined },
): Promise<SignInResult> {
  const message = readMessage(input.message, audienceOf(config), now())
  if (!message) return { ok: false, code: 'not_a_message' }
  const fresh = await useNonce(db.pool, message.nonce)
  if (message.fault) return { ok: false, code: message.fault }
  if (!fresh) return { ok: false, code: 'nonce_used' }
  if (!(await isSignedBy(provider, message.address, hashMessage(input.message), input.signature)))
    return { ok: false, code: 'bad_signature' }

  return withTransaction(db.pool, async (tx) => {
    const memberId = (await ensureMember(tx, [message.address])).get(message.address)!
    const first = await tx.query<{ exit_secret: Buffer }>(
      `update members set first_sign_in_at = now() where id = $1 and first_sign_in_at is null returning exit_secret`,
      [memberId],
    )
    // Who deleted their account begins again with a blank one: docs/adr/0039.
    await tx.query('update members set deleted_at = null where id = $1 and deleted_at is not null', [
      memberId,
    ])
    const session = await beginSession(tx, memberId, input.userAgent)
    const member = (await memberById(tx, memberId))!
    const secret = first.rows[0]?.exit_secret
    return { ok: true, ...session, member, ...(secret ? { exitSecret: exitSecretText(secret) } : {}) }
  })
}

/** The exit secret as members keep it: 0x and 64 hex digits. */
export function exitSecretText(secret: Uint8Array): string {
  return `0x${Buffer.from(secret).toString('hex')}`
}
