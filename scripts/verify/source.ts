import { createReadStream } from 'node:fs'

/** Where a leaf file comes from, and which vault it has to be of, where that is known. */
export type Source = { pieces: AsyncIterable<Uint8Array>; vault: string | undefined }

/** A file on the disk. It says itself which vault it is of. */
export function fromDisk(path: string): Source {
  return { pieces: createReadStream(path, { highWaterMark: 1 << 20 }), vault: undefined }
}

/** What the API of a deployment publishes. Throws an Error where it does not answer with the file. */
export async function fromApi(url: string, epoch: number): Promise<Source> {
  const base = url.replace(/\/$/, '')
  const network = (await (await answer(`${base}/v1/network`)).json()) as { chain: { vault: string } }
  const file = await answer(`${base}/v1/settlement/epochs/${epoch}/leaves`)
  if (!file.body) throw new Error(`${base} answered with nothing`)
  return { pieces: file.body as unknown as AsyncIterable<Uint8Array>, vault: network.chain.vault }
}

async function answer(url: string): Promise<Response> {
  const response = await fetch(url)
  if (response.ok) return response
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: string }
  throw new Error(`${url} answered ${response.status}${detail ? `: ${detail}` : ''}`)
}
