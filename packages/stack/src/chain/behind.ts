import { onConnection } from '../postgres/sql.ts'
import { StartRefused } from '../refusal.ts'
import { type BlockId, readBlock } from './rpc.ts'

/**
 * Refuses a chain that lacks the block up to which the books were written: an older state of it, or another chain.
 * What was booked from the missing blocks would have no money behind it.
 *
 * @param what to do about it, as a sentence.
 */
export async function refuseChainBehindBooks(
  { rpcUrl, chainId }: { rpcUrl: string; chainId: number },
  databaseUrl: string,
  what: string,
): Promise<void> {
  const booked = await readCursor(databaseUrl, chainId)
  if (booked === null) return
  const there = await readBlock(rpcUrl, booked.number)
  if (there?.hash === booked.hash) return
  const found = there ? `has another block ${booked.number} (${there.hash})` : `has no block ${booked.number}`
  throw new StartRefused(
    `The chain is behind the books: they were written up to block ${booked.number} (${booked.hash}), and the chain at ` +
      `${rpcUrl} ${found}. ${what}`,
  )
}

async function readCursor(databaseUrl: string, chainId: number): Promise<BlockId | null> {
  return onConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ number: string; hash: string }>(
      'select block_number as number, block_hash as hash from chain_cursor where chain_id = $1',
      [chainId],
    )
    return rows[0] ? { number: Number(rows[0].number), hash: rows[0].hash } : null
  })
}
