import { ProblemError } from '@rivulet/sdk'

/** What went wrong, and what to do, in words for a person. */
export function explain(error: unknown): string {
  if (error instanceof ProblemError) {
    const { detail, title, errors } = error.problem
    return [detail || title, ...(errors ?? []).map((one) => one.detail)].join(' ')
  }
  if (isRefusedByWallet(error)) return 'You refused it in your wallet. Nothing was done.'
  if (error instanceof TypeError) return 'The server does not answer. Try again when it is back.'
  return error instanceof Error ? error.message : String(error)
}

/** Source: EIP-1193, "Provider errors": 4001; ethers names it ACTION_REJECTED. */
export function isRefusedByWallet(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false
  return error.code === 4001 || error.code === 'ACTION_REJECTED'
}
