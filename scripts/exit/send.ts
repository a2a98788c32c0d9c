import { encodeClaimOwed, type VaultEvent } from '@rivulet/contracts'
import type { Vault } from './vault.ts'

/** Who acts, on which vault. */
export type Acting = {
  vault: Vault
  /** The wallet's address. */
  account: string
  to: string
  say: (line: string) => void
}

/** Sends a call, and says what it did and where money went. */
export async function send({ vault, say }: Acting, what: string, data: string): Promise<void> {
  say([`${what}.`, ...(await vault.send(data)).flatMap((event) => paid(vault, event))].join(' '))
}

/** Collects what the token had refused to pay out to the wallet. */
export async function collectOwed(acting: Acting): Promise<void> {
  const { vault, account, to } = acting
  if ((await vault.account(account)).owed > 0n)
    await send(acting, 'Collected what the token had refused', encodeClaimOwed(account, to))
}

function paid(vault: Vault, event: VaultEvent): string[] {
  if (event.name !== 'Claimed' && event.name !== 'OwedClaimed' && event.name !== 'Exited') return []
  return [`${vault.text(event.amount)} went to ${event.to}.`]
}
