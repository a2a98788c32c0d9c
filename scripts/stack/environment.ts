import { type Deployment, type Keys, StartRefused } from '@rivulet/stack'

export type Environment = Record<string, string | undefined>

/**
 * The same rules as in production on a short clock, for a chain with a block a second. Seconds, milliseconds for the
 * poll, and decimals of the asset.
 */
export const SHORT_CLOCK = {
  PERIOD_SECONDS: '60',
  HOLD_SECONDS: '60',
  HOLD_YOUNG_SECONDS: '60',
  HOLD_VIEWS_SECONDS: '60',
  SUBSCRIPTION_DAY_SECONDS: '60',
  VIEWER_MIN_AGE_SECONDS: '0',
  SETTLEMENT_SECONDS: '10',
  CHALLENGE_DELAY_SECONDS: '2',
  MIN_WITHDRAWAL: '0.001',
  WITHDRAWAL_HOLD_SECONDS: '10',
  CHAIN_POLL_MS: '250',
}

/** For the worker, the tools and whoever looks into the database. */
const OTHERS = 60

/** How many connections the database needs for the applications: each of the API’s processes has four pools. */
export function connectionsOf(given: Environment): number {
  const api = Number(given.API_PROCESSES || 1) * 4 * Number(given.DATABASE_POOL_MAX || 10)
  // What is no number is for the API to refuse.
  return Number.isSafeInteger(api) && api > 0 ? Math.max(200, api + OTHERS) : 200
}

/** Where the API is, and where it says it is. */
export interface Address {
  host: string
  port: number
  url: string
}

/** A chain with the contracts on it, started here or not. */
export type ChainInUse = Pick<Deployment, 'chainId' | 'token' | 'vault' | 'deployBlock'> & { rpcUrl: string }

/**
 * What each application is told. None gets another's keys, and neither gets the owner's sign-in to the database.
 *
 * @param given the caller's own, which goes through as it stands and wins over the short clock.
 */
export function environmentOf(
  app: 'api' | 'worker' | 'checker',
  given: Environment,
  {
    databaseUrl,
    chain,
    address,
    keys,
    embedded,
  }: { databaseUrl: string; chain: ChainInUse; address: Address; keys: Keys; embedded: boolean },
): NodeJS.ProcessEnv {
  const { MIGRATION_DATABASE_URL: _owner, OPERATOR_KEY: _operator, FAUCET_KEY, ...others } = given
  const { GUARDIAN_KEY, SIGNER_TOKEN, NODE_KEY: _node, SECRET_KEY: _secret, ...rest } = others
  return {
    ...(embedded ? SHORT_CLOCK : {}),
    ...rest,
    DATABASE_URL: databaseUrl,
    CHAIN_RPC_URL: chain.rpcUrl,
    CHAIN_ID: String(chain.chainId),
    VAULT_ADDRESS: chain.vault,
    TOKEN_ADDRESS: chain.token,
    VAULT_DEPLOY_BLOCK: String(chain.deployBlock),
    HOST: address.host,
    PORT: String(address.port),
    PUBLIC_URL: rest.PUBLIC_URL || address.url,
    ...(app === 'checker' ? {} : { SECRET_KEY: keys.secretKey }),
    ...(app === 'checker' && (embedded || GUARDIAN_KEY)
      ? { GUARDIAN_KEY: GUARDIAN_KEY || keys.guardian }
      : {}),
    // The stack starts one; elsewhere it is for whoever runs the worker to say.
    ...(app === 'worker' && embedded ? { CHECKER: rest.CHECKER || 'required' } : {}),
    RIVULET_EMBEDDED: embedded ? '1' : '',
    // Whoever builds a bot on a laptop has its receiver there as well.
    WEBHOOKS_TO_PRIVATE: rest.WEBHOOKS_TO_PRIVATE || (embedded ? 'true' : ''),
    ...(app === 'worker' ? (rest.SIGNER_URL ? { SIGNER_TOKEN } : { OPERATOR_KEY: keys.operator }) : {}),
    ...(app === 'api' ? { NODE_KEY: keys.nodeKey } : {}),
    ...(app === 'api' && (embedded || FAUCET_KEY) ? { FAUCET_KEY: keys.faucet } : {}),
  }
}

/** The keys in use: those of the environment before those of the home. */
export function keysInUse(kept: Keys, given: Environment): Keys {
  return {
    ...kept,
    operator: given.OPERATOR_KEY || kept.operator,
    faucet: given.FAUCET_KEY || kept.faucet,
    secretKey: given.SECRET_KEY || kept.secretKey,
    nodeKey: given.NODE_KEY || kept.nodeKey,
  }
}

/**
 * A chain of the caller's own, as the environment describes it; null: the embedded one is wanted.
 *
 * @throws StartRefused naming every variable that it lacks.
 */
export function chainGiven(given: Environment): ChainInUse | null {
  if (!given.CHAIN_RPC_URL) return null
  const key = given.SIGNER_URL ? 'OPERATOR_ADDRESS' : 'OPERATOR_KEY'
  const needed = ['CHAIN_ID', 'VAULT_ADDRESS', 'TOKEN_ADDRESS', 'VAULT_DEPLOY_BLOCK', key] as const
  const lacking = needed.filter((name) => !given[name])
  if (lacking.length > 0) {
    throw new StartRefused(
      `CHAIN_RPC_URL replaces the embedded chain; then ${lacking.join(', ')} must be set as well.`,
    )
  }
  if (given.OPERATOR_KEY && !given.SIGNER_URL && !['true', '1'].includes(given.ALLOW_RAW_OPERATOR_KEY ?? ''))
    throw new StartRefused(
      'On a chain of your own the operator’s key belongs into a signer (`npm run signer`, then SIGNER_URL and ' +
        'OPERATOR_ADDRESS here). To have it in the environment all the same, set ALLOW_RAW_OPERATOR_KEY=true.',
    )
  return {
    rpcUrl: given.CHAIN_RPC_URL,
    chainId: Number(given.CHAIN_ID),
    vault: given.VAULT_ADDRESS!,
    token: given.TOKEN_ADDRESS!,
    deployBlock: Number(given.VAULT_DEPLOY_BLOCK),
  }
}
