import { formatAmount } from '@rivulet/ledger'
import { nodeKeyOf } from '../archive/node-key.ts'
import { audienceOf } from '../auth/message.ts'
import type { Deps } from '../deps.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NetworkSchema } from './schemas.ts'

export async function networkRoutes(app: App, { config, rules }: Deps): Promise<void> {
  const { domain, uri } = audienceOf(config)
  const { chain } = config
  const network = {
    name: config.networkName,
    auth: { domain, uri },
    node: { publicKey: nodeKeyOf(config).publicKey },
    chain: {
      id: chain.id,
      vault: chain.vault,
      ...(chain.publicRpcUrl === undefined ? {} : { rpcUrl: chain.publicRpcUrl }),
      ...(chain.explorerUrl === undefined ? {} : { explorerUrl: chain.explorerUrl }),
    },
    asset: { symbol: config.assetSymbol, address: chain.token, decimals: rules.decimals },
    rates: {
      like: formatAmount(rules.rates.like),
      read: formatAmount(rules.rates.read),
      comment: formatAmount(rules.rates.comment),
      repost: formatAmount(rules.rates.repost),
    },
    shareBps: rules.shareBps,
    split: rules.split,
    fees: rules.fees,
    periodSeconds: rules.periodSeconds,
    holds: rules.holds,
    minWithdrawal: formatAmount(rules.minWithdrawal),
    faucet: config.embedded && config.faucetKey !== undefined,
  }

  app.get(
    '/network',
    operation({
      id: 'getNetwork',
      tag: 'network',
      summary: 'Read what this network is and by which rules it pays',
      description:
        'Times are in seconds, shares and fees in basis points, amounts decimal strings of the asset.',
      session: 'none',
      answers: { 200: NetworkSchema },
    }),
    async () => network,
  )
}
