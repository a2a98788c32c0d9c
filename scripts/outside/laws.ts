import { audit } from '@rivulet/ledger'
import type { Chain } from './chain.ts'
import type { Call } from './client.ts'
import { decimalOf, nanoOf } from './decimal.ts'

/** A law of the books, whether it holds, and the figures that show it. */
export type Law = { law: string; holds: boolean; figures: string }

type Transparency = Record<'reserves' | 'liabilities' | 'surplus' | 'inFlight', string> & {
  block: number | string
}

/**
 * Checks the laws of the books: those of the ledger by its auditor, those of the reserves against the chain. They hold
 * at any moment.
 *
 * @param call any caller of the API
 * @param database where the books are
 * @param clearingMs how long money may stay in an account of passage; 0 when no work is left
 */
export async function lawsOf(
  call: Call,
  chain: Chain,
  database: Parameters<typeof audit>[0],
  { clearingMs = 60_000 } = {},
): Promise<Law[]> {
  const report = await audit(database, {
    clearing: ['period:', 'settling:'].map((prefix) => ({ prefix, maxAgeMs: clearingMs })),
  })
  const seen = await call<Transparency>('GET', '/v1/transparency')
  const { reserves, liabilities, inFlight, surplus } = {
    reserves: nanoOf(seen.reserves),
    liabilities: nanoOf(seen.liabilities),
    inFlight: nanoOf(seen.inFlight),
    surplus: nanoOf(seen.surplus),
  }
  const held = await chain.balanceOf(chain.vaultAddress, Number(seen.block))
  const faults = report.violations.map(
    ({ law, ref, expected, found }) => `${law} ${ref ?? ''} ${expected} ≠ ${found}`,
  )
  return [
    {
      law: 'balances are the sums of their transfers, sum to zero, keep their floors; nothing is stuck',
      holds: report.ok,
      figures: report.ok ? `${report.accounts} accounts, ${report.transfers} transfers` : faults.join('; '),
    },
    {
      law: 'reserves = liabilities + in flight + surplus',
      holds: reserves === liabilities + inFlight + surplus,
      figures: `${seen.reserves} = ${seen.liabilities} + ${seen.inFlight} + ${seen.surplus}`,
    },
    {
      law: 'reserves = what the vault holds on the chain',
      holds: reserves === held,
      figures: `${seen.reserves} = ${decimalOf(held)} at block ${seen.block}`,
    },
  ]
}
