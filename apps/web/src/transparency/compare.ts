import type { components } from '@rivulet/sdk'
import { fromUnits, toNano, toUnits } from '../money/amount.ts'
import type { ChainState } from './chain-state.ts'

export type Transparency = components['schemas']['Transparency']
export type EpochSummary = components['schemas']['EpochSummary']

/** One thing as the server and as the chain say it. */
export type Comparison = { what: string; server: string; chain: string; isEqual: boolean }

/** What the server says beside what the chain says at the same block. Pure. @param epoch the one the chain calls active */
export function compare(
  said: Transparency,
  chain: ChainState,
  epoch: EpochSummary | null,
  { decimals, symbol, address }: { decimals: number; symbol: string; address: string },
): Comparison[] {
  const money = (units: bigint) => `${fromUnits(units, decimals)} ${symbol}`
  const sum = toNano(said.liabilities) + toNano(said.inFlight) + toNano(said.surplus)
  return [
    {
      what: 'Tokens in the vault',
      server: `${said.reserves} ${symbol}`,
      chain: money(chain.reserves),
      isEqual:
        toUnits(said.reserves, decimals) === chain.reserves &&
        chain.token.toLowerCase() === address.toLowerCase() &&
        sum === toNano(said.reserves),
    },
    ...(epoch === null
      ? []
      : [
          {
            what: `Root of epoch ${chain.number}`,
            server: short(epoch.root),
            chain: short(chain.epoch.root),
            isEqual: epoch.root.toLowerCase() === chain.epoch.root.toLowerCase(),
          },
          {
            what: `Sum of epoch ${chain.number}`,
            server: `${epoch.gross} ${symbol}`,
            chain: money(chain.epoch.gross),
            isEqual: toUnits(epoch.gross, decimals) === chain.epoch.gross,
          },
        ]),
  ]
}

const short = (hash: string): string => `${hash.slice(0, 10)}…${hash.slice(-6)}`
