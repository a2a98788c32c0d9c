import { ok, ProblemError } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import type { LeafProof } from './chain-state.ts'

/** The member's own leaf with its proof, or why there is none: no epoch is active, or it was built before they came. */
export type OwnProof = LeafProof | 'no epoch' | 'not in it'

/** The proof in the newest epoch that is active, by the server's word. */
export async function newestProof(signal?: AbortSignal): Promise<OwnProof> {
  for await (const { number, status } of api.pages('/v1/settlement/epochs', { query: { limit: 20 } }))
    if (status === 'active' || status === 'settled') return proofIn(number, signal)
  return 'no epoch'
}

/** The proof in one epoch. */
export async function proofIn(n: number, signal?: AbortSignal): Promise<OwnProof> {
  try {
    const options = { params: { path: { n } }, ...(signal ? { signal } : {}) }
    return ok(await api.GET('/v1/settlement/epochs/{n}/proof', options))
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'leaf_not_found') return 'not in it'
    throw error
  }
}
