import { isHexString } from 'ethers'
import { vaultInterface } from './vault.ts'

/** A revert of the vault by its error's name, such as `Insolvent`, with its arguments in order. */
export type VaultRevert = { name: string; args: unknown[] }

/**
 * The vault's own error behind a failed call, gas estimate or deployment.
 *
 * @param error What ethers threw, or the revert data itself.
 * @returns `null` when there is no revert data, or the error isn't one of the vault's (the token's, say).
 */
export function parseVaultRevert(error: unknown): VaultRevert | null {
  const data = revertData(error)
  if (data === null) return null
  const parsed = vaultInterface.parseError(data)
  return parsed === null ? null : { name: parsed.name, args: [...parsed.args] }
}

/** Clients put the data at different depths: `error.data`, or `info.error.data`, or `error.error.data`. */
function revertData(error: unknown, depth = 0): string | null {
  if (isHexString(error)) return error.length >= 10 ? error : null
  if (typeof error !== 'object' || error === null || depth > 4) return null
  const { data, info, error: inner } = error as { data?: unknown; info?: unknown; error?: unknown }
  return revertData(data, depth + 1) ?? revertData(info, depth + 1) ?? revertData(inner, depth + 1)
}
