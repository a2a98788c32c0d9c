import { effect, signal } from '@preact/signals'
import { type components, ok, ProblemError, type Signer } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { sessionRefused } from '../api/reach.ts'
import { tell } from '../shell/notices.tsx'

export type Member = components['schemas']['Member']
type Kept = { token: string; wallet: string }

const KEPT_AS = 'rivulet:session'

/** Who is signed in; null: nobody; undefined: not known yet. */
export const me = signal<Member | null | undefined>(undefined)

/** The exit secret that the first sign-in handed over, until it was read. */
export const freshExitSecret = signal<string | null>(null)

/** Which wallet signed in: `throwaway`, or the `rdns` of a browser's (EIP-6963). */
export const signedInWith = (): string | null => kept()?.wallet ?? null

function kept(): Kept | null {
  const text = localStorage.getItem(KEPT_AS)
  return text === null ? null : (JSON.parse(text) as Kept)
}

/** Goes on with the session of before, if there was one and it still holds. */
export async function restoreSession(): Promise<void> {
  api.token = kept()?.token ?? null
  if (api.token === null) {
    me.value = null
    return
  }
  try {
    me.value = ok(await api.GET('/v1/me'))
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) forget()
    else throw error
  }
}

/** Signs in with a wallet, and keeps the session in this browser. */
export async function signInWith(signer: Signer, wallet: string): Promise<void> {
  const { token, member, exitSecret } = await api.signIn(signer)
  localStorage.setItem(KEPT_AS, JSON.stringify({ token, wallet } satisfies Kept))
  freshExitSecret.value = exitSecret ?? null
  me.value = member
}

/** Ends the session here and on the server. */
export async function signOut(): Promise<void> {
  await api.DELETE('/v1/auth/session').catch(() => undefined)
  forget()
}

function forget(): void {
  localStorage.removeItem(KEPT_AS)
  api.token = null
  me.value = null
}

effect(() => {
  if (sessionRefused.value === 0 || !me.peek()) return
  forget()
  tell('Your session has ended. Sign in again to go on.', 'trouble')
})

// Another tab signed in or out.
addEventListener('storage', ({ key }) => {
  if (key === KEPT_AS) restoreSession().catch(() => undefined)
})
