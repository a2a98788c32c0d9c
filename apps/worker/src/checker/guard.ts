import { rpcRequest } from '@rivulet/contracts/rpc'
import { Contract, JsonRpcProvider, Wallet } from 'ethers'
import type pg from 'pg'
import type { CheckerConfig } from './config.ts'
import { committedHash, fileFault } from './published.ts'
import { checkOf, type EpochToCheck, epochOf } from './store.ts'

// Of ISettlementVault, what a guardian needs.
const EPOCH =
  'tuple(bytes32 root, bytes32 payoutRoot, uint128 gross, uint120 authorisedTotal, uint8 depth, uint128 depositsSeen, uint96 payoutTotal)'
const ABI = [
  `function pendingEpoch() view returns (${EPOCH})`,
  'function head() view returns (tuple(uint96 unpaid, uint40 validAt, uint40 lastActivation, uint32 number, uint8 active, bool pending, bool frozen, uint24 demands))',
  'function challengeDelay() view returns (uint40)',
  'function veto()',
  `event EpochCommitted(uint32 indexed number, ${EPOCH} epoch, uint256 validAt, bytes32 dataHash)`,
]

export type Guard = { look(): Promise<string>; close(): void }

/** What speaks against a pending epoch, and what part of the challenge delay may pass before it is vetoed for that. */
type Reason = { because: string; patience: number }

/** Of one answer of the chain: a guard that waits is none. */
const PATIENCE_MS = 5_000

/** What may still come, a judgement say, has half of the delay; a file that was there before, and is gone, a fourth more. */
const AT_ONCE = 0
const HALF = 1 / 2
const LAST = 3 / 4

/**
 * Guards the vault with the guardian's key: vetoes a pending epoch that was judged wrong, that differs from what was
 * judged, or that could not be judged when half of the challenge delay is over. In the second half it looks for the leaf
 * file once more, so that it is not only there to be judged.
 */
export function createGuard(pool: pg.Pool, config: CheckerConfig): Guard | undefined {
  if (!config.guardianKey || !config.rpcUrl) return undefined
  const provider = new JsonRpcProvider(rpcRequest(config.rpcUrl, PATIENCE_MS), config.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
  })
  const vault = new Contract(config.vault, ABI, new Wallet(config.guardianKey, provider))
  /** What was found in order, by build and commit: it is not looked at again. */
  const inOrder = new Set<string>()

  async function whyNot(number: number, passed: () => Promise<number>): Promise<Reason | undefined> {
    const epoch = await epochOf(pool, number)
    if (!epoch) return { because: 'it is not in the books', patience: HALF }
    const other = differing(await vault.getFunction('pendingEpoch').staticCall(), epoch)
    if (other.length > 0)
      return { because: `it is another than in the books: ${other.join(', ')}`, patience: AT_ONCE }
    const build = `${number}/${epoch.attempt}/${epoch.dataHash}`
    if (!inOrder.has(`hash ${build}`)) {
      const named = await committedHash(vault, epoch)
      if (named === undefined) return { because: 'its commit is not to be found', patience: HALF }
      if (named !== epoch.dataHash)
        return { because: `its commit names another file: ${named}`, patience: AT_ONCE }
      inOrder.add(`hash ${build}`)
    }
    const check = await checkOf(pool, number, epoch.attempt)
    if (!check) return { because: 'it was not judged yet', patience: HALF }
    if (!check.ok) return { because: check.detail, patience: AT_ONCE }
    if (inOrder.has(`file ${build}`) || (await passed()) < HALF) return undefined
    const fault = await fileFault(pool, config, epoch)
    if (fault) return { because: fault.because, patience: fault.missing ? LAST : AT_ONCE }
    inOrder.add(`file ${build}`)
    return undefined
  }

  return {
    close: () => provider.destroy(),
    async look() {
      const head = await vault.getFunction('head').staticCall()
      if (!head.pending || head.frozen) return 'nothing is pending'
      const number = Number(head.number) + 1
      const passed = () => partPassed(provider, vault, Number(head.validAt))
      const why = await whyNot(number, passed)
      if (!why) return `epoch ${number} is as it should be`
      if (why.patience > AT_ONCE && (await passed()) < why.patience) return why.because
      await (await vault.getFunction('veto')()).wait()
      return `vetoed epoch ${number}: ${why.because}`
    },
  }
}

const FIELDS = ['root', 'payoutRoot', 'gross', 'authorisedTotal', 'depositsSeen', 'payoutTotal'] as const

function differing(pending: Record<string, unknown>, epoch: EpochToCheck): string[] {
  const other: string[] = FIELDS.filter((field) => pending[field] !== epoch[field])
  return Number(pending.depth) === epoch.depth ? other : [...other, 'depth']
}

/** How much of the challenge delay is over, 1 when all of it is. By the chain's clock, or ours where that is ahead. */
async function partPassed(provider: JsonRpcProvider, vault: Contract, validAt: number): Promise<number> {
  const delay = Number(await vault.getFunction('challengeDelay').staticCall())
  const latest = await provider.getBlock('latest')
  const now = Math.max(latest?.timestamp ?? 0, Date.now() / 1000)
  return delay === 0 ? 1 : 1 - (validAt - now) / delay
}
