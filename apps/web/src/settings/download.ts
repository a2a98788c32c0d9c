/** The start of the last line of a whole archive: how `archive` of the API ends it. */
const LAST_LINE = '{"type":"manifest"'

/**
 * An archive to its end.
 * @param onProgress called with how many bytes there are so far
 * @throws Error when it was cut short: a whole one ends with its manifest
 */
export async function download(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onProgress: (bytes: number) => void,
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    bytes += value.length
    onProgress(bytes)
  }
  const archive = new Blob(parts, { type: 'application/x-ndjson' })
  const end = await archive.slice(-4_096).text()
  const lastLine = end.trimEnd().split('\n').at(-1) ?? ''
  if (!lastLine.startsWith(LAST_LINE)) throw new Error('The archive was cut short. Download it again.')
  return archive
}
