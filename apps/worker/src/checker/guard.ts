import { Contract, JsonRpcProvider, Wallet } from 'ethers'
import type pg from 'pg'
import type { CheckerConfig } from './config.ts'
import { checkOf, epochOf } from './store.ts'

// Of ISettlementVault, what a guardian needs.
const EPOCH =
  'tuple(bytes32 root, bytes32 payoutRoot, uint128 gross, uint128 authorisedTotal, uint8 depth, uint128 depositsSeen, uint96 payoutTotal)'
const ABI = [
  `function pendingEpoch() view returns (${EPOCH})`,
  'function head() view returns (tuple(uint96 unpaid, uint40 validAt, uint40 lastActivation, uint32 number, uint8 active, bool pending, bool frozen))',
  'function challengeDelay() view returns (uint40)',
  'function veto()',
]

export type Guard = { look(): Promise<string>; close(): void }

/**
 * Guards the vault with the guardian's key: vetoes a pending epoch that was judged wrong, that differs from what was
 * judged, or that could not be judged when half of the challenge delay is over.
 */
export function createGuard(pool: pg.Pool, config: CheckerConfig): Guard | undefined {
  if (!config.guardianKey || !config.rpcUrl) return undefined
  const provider = new JsonRpcProvider(config.rpcUrl, config.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  const vault = new Contract(config.vault, ABI, new Wallet(config.guardianKey, provider))
  return {
    close: () => provider.destroy(),
    async look() {
      const head = await vault.getFunction('head').staticCall()
      if (!head.pending || head.frozen) return 'nothing is pending'
      const number = Number(head.number) + 1
      const why = await whyNot(pool, number, await vault.getFunction('pendingEpoch').staticCall())
      if (!why) return `epoch ${number} is as it should be`
      if (why.wait && !(await isHalfOver(provider, vault, Number(head.validAt)))) return why.because
      await (await vault.getFunction('veto')()).wait()
      return `vetoed epoch ${number}: ${why.because}`
    },
  }
}

/** What speaks against the pending epoch; `wait`: it may still be judged. */
async function whyNot(
  pool: pg.Pool,
  number: number,
  pending: Record<string, unknown>,
): Promise<{ because: string; wait: boolean } | undefined> {
  const epoch = await epochOf(pool, number)
  if (!epoch) return { because: 'it is not in the books', wait: true }
  const fields = ['root', 'payoutRoot', 'gross', 'authorisedTotal', 'depositsSeen', 'payoutTotal'] as const
  const other = fields.filter((field) => pending[field] !== epoch[field])
  if (Number(pending.depth) !== epoch.depth || other.length > 0)
    return { because: `it is another than in the books: ${other.join(', ') || 'depth'}`, wait: false }
  const check = await checkOf(pool, number, epoch.attempt)
  if (!check) return { because: 'it was not judged yet', wait: true }
  return check.ok ? undefined : { because: check.detail, wait: false }
}

async function isHalfOver(provider: JsonRpcProvider, vault: Contract, validAt: number): Promise<boolean> {
  const delay = Number(await vault.getFunction('challengeDelay').staticCall())
  const latest = await provider.getBlock('latest')
  return Math.max(latest?.timestamp ?? 0, Date.now() / 1000) >= validAt - delay / 2
}
