import { encodeClaim, encodeResolveExit, leafProof, readAccount, readVault } from '@rivulet/contracts'
import { keptTree } from '@rivulet/economy'
import type { Log } from '../log.ts'
import { purposeOf } from './purpose.ts'
import { type TransactDeps, transact } from './transact.ts'

type OpenExit = { index: bigint; address: string }

/**
 * Shows the vault that open exit requests are served by its active epoch: claims what that authorises for the account,
 * or resolves the request where there is nothing to claim. Without it a member who was served could still have the vault
 * frozen.
 * @returns what was done, undefined when there was nothing to do
 */
export async function serveExits(deps: TransactDeps, log: Log): Promise<string | undefined> {
  const { pool, chain } = deps
  const { rows: open } = await pool.query<OpenExit>(
    `select e.index, v.address from exit_requests e join vault_accounts v on v.index = e.index
     where e.resolved_block is null order by e.deadline`,
  )
  if (open.length === 0) return undefined
  const { head } = await readVault(chain.vault, chain.provider, 'latest')
  const { rows } = await pool.query<{ number: number; attempt: number; depth: number }>(
    'select number, attempt, depth from epochs where number = $1',
    [head.number],
  )
  const epoch = rows[0]
  if (!epoch) return undefined
  for (const exit of open) {
    const said = await serve(deps, epoch, exit, log)
    if (said?.includes('is reserved')) return said
  }
  return undefined
}

async function serve(
  deps: TransactDeps,
  epoch: { number: number; attempt: number; depth: number },
  { index, address }: OpenExit,
  log: Log,
): Promise<string | undefined> {
  const { chain, pool } = deps
  const state = await readAccount(chain.vault, chain.provider, 'latest', address)
  if (state.exitDeadline === 0 || state.exitEpoch > epoch.number) return undefined
  const found = await leafProof(chain.domain, epoch.depth, index, keptTree(pool, epoch.number))
  if (!found || found.leaf.spendable > 0n || found.leaf.payout > 0n) return undefined
  const { leaf, proof } = found
  if (leaf.authorised > state.claimed) {
    const purpose = purposeOf(epoch, `exit:${index}:claim`)
    const sent = await transact(deps, { purpose, data: encodeClaim(leaf, proof, address) }, log)
    // The token may refuse the account; the request is served all the same.
    if (!sent.wouldFail) return sent.said
  }
  const purpose = purposeOf(epoch, `exit:${index}:resolve`)
  return (await transact(deps, { purpose, data: encodeResolveExit(leaf, proof) }, log)).said
}
