import { signal } from '@preact/signals'
import { type components, ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'

export type Network = components['schemas']['Network']

/** What this network is and by which rules it pays; null until it is known. */
export const network = signal<Network | null>(null)

/** @throws when the API does not answer */
export async function loadNetwork(): Promise<Network> {
  network.value ??= ok(await api.GET('/v1/network'))
  document.title = network.value.name
  return network.value
}
