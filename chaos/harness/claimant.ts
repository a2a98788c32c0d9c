import { setTimeout as sleep } from 'node:timers/promises'
import { domainSeparator, encodeClaim, leafProof } from '@rivulet/contracts'
import type { Pool } from '@rivulet/db'
import { keptTree } from '@rivulet/economy'
import type { ChaosChain } from './chain.ts'

const LOOK_MS = 250
/** A claim that was lost with its block is made again. */
const AGAIN_MS = 2_500

type Due = { index: bigint; address: string; number: number; depth: number; authorised: bigint }

/** Members of the pull lane: each claims what the active epoch authorises, as soon as the books say that it can. */
export function claimant(chain: ChaosChain, pool: () => Pool) {
  const domain = domainSeparator(chain.chainId, chain.vault)
  const claimedAt = new Map<string, number>()
  let closing = false

  async function look(): Promise<void> {
    const { rows } = await pool().query<Due>(
      `select v.index, v.address, e.number, e.depth, l.authorised
       from (select number, depth from epochs where status in ('active', 'settled') order by number desc limit 1) e
       join epoch_leaves l on l.epoch = e.number
       join vault_accounts v on v.index = l.index
       where l.authorised > v.claimed and exists (
         select from withdrawals w where w."to" = v.address and w.lane = 'pull' and w.status = 'owed')`,
    )
    for (const { index, address, number, depth, authorised } of rows) {
      const key = `${address}/${authorised}`
      if (Date.now() - (claimedAt.get(key) ?? 0) < AGAIN_MS) continue
      const found = await leafProof(domain, depth, index, keptTree(pool(), number))
      if (!found) continue
      claimedAt.set(key, Date.now())
      await chain.callVault(encodeClaim(found.leaf, found.proof, address))
    }
  }

  const looking = (async () => {
    while (!closing) {
      // PostgreSQL may be dead, or the epoch another meanwhile: whoever claims tries again.
      await look().catch(() => {})
      await sleep(LOOK_MS)
    }
  })()
  return {
    async close(): Promise<void> {
      closing = true
      await looking
    },
  }
}
