import { type components, ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'

/**
 * The member's own leaf in the newest epoch that is active, with its proof: the vault takes no other.
 * @throws ProblemError where there is none of theirs in it; Error where no epoch is active
 */
export async function activeLeaf(): Promise<components['schemas']['LeafProof']> {
  for await (const { number, status } of api.pages('/v1/settlement/epochs', { query: { limit: 20 } })) {
    if (status !== 'active' && status !== 'settled') continue
    return ok(await api.GET('/v1/settlement/epochs/{n}/proof', { params: { path: { n: number } } }))
  }
  throw new Error('No settlement is active yet. Try again when the next one is.')
}
