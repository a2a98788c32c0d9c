/** One JSON-RPC call. Throws when the node is not there, does not answer in time, or answers with an error. */
export async function rpc<T>(
  url: string,
  method: string,
  params: unknown[] = [],
  timeoutMs = 30_000,
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const { result, error } = (await response.json()) as {
    result?: T
    error?: { code: number; message: string }
  }
  if (error) throw new Error(`${method}: ${error.message} (${error.code})`)
  return result as T
}

/** A block's place in the chain. */
export interface BlockId {
  number: number
  hash: string
}

/** A block by number or tag; null when the chain has none there. */
export async function readBlock(
  url: string,
  at: number | 'latest' | 'finalized',
): Promise<(BlockId & { transactions: number }) | null> {
  const tag = typeof at === 'number' ? `0x${at.toString(16)}` : at
  const block = await rpc<{ number: string; hash: string; transactions: string[] } | null>(
    url,
    'eth_getBlockByNumber',
    [tag, false],
  )
  return block && { number: Number(block.number), hash: block.hash, transactions: block.transactions.length }
}
