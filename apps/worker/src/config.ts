import { type Reach, type Rules, reachFrom, rulesFrom } from '@rivulet/economy'
import { getAddress, isAddress, parseUnits } from 'ethers'
import { z } from 'zod'
import { placeOf } from './signer/wire.ts'

const address = z.string().refine(isAddress, 'must be an address').transform(getAddress)
const flag = z.enum(['true', 'false', '1', '0', '']).transform((text) => text === 'true' || text === '1')
const milliseconds = (fallback: number) => z.coerce.number().int().min(50).max(3_600_000).default(fallback)

/** Wei of a decimal of gwei. The chain's own coin has no more than a billion times that. */
const gwei = (fallback: string) =>
  z
    .string()
    .regex(/^\d{1,7}(\.\d{1,9})?$/, 'must be gwei, as a decimal with at most 9 places')
    .default(fallback)
    .transform((text) => parseUnits(text, 'gwei'))
    .refine((wei) => wei > 0n, 'must be above 0')

const environment = z.object({
  DATABASE_URL: z.string().min(1),
  /** Without it the queues live in the database. */
  REDIS_URL: z.string().min(1).optional(),
  CHAIN_RPC_URL: z.url(),
  /** A second endpoint of the same chain: nothing is booked that the two do not agree on. */
  CHAIN_RPC_URL_2: z.url().optional(),
  CHAIN_ID: z.coerce.bigint().positive(),
  VAULT_ADDRESS: address,
  TOKEN_ADDRESS: address,
  VAULT_DEPLOY_BLOCK: z.coerce.number().int().min(0),
  /** The operator's key itself, for the embedded stack; elsewhere the signer has it. */
  OPERATOR_KEY: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, 'must be a private key: 0x and 64 hex digits')
    .optional(),
  /** Where the signer listens, and whose key it has. */
  SIGNER_URL: z
    .string()
    .refine(
      (url) => placeOf(url) !== undefined,
      'must be unix:/path/to/socket, or http:// with a port of the loopback',
    )
    .optional(),
  SIGNER_TOKEN: z.string().min(32).optional(),
  OPERATOR_ADDRESS: address.optional(),
  RIVULET_EMBEDDED: flag.default(false),
  /** Lets a worker that is not of an embedded stack have the raw key all the same. */
  ALLOW_RAW_OPERATOR_KEY: flag.default(false),
  SECRET_KEY: z.string().min(32),
  /** Whose leaf is index 0; the operator's own address unless given. Fixed once the first epoch is built. */
  TREASURY_ADDRESS: address.optional(),
  /** Most of a transaction's `maxFeePerGas`, in wei here; while more is asked, it waits. */
  MAX_FEE_GWEI: gwei('500'),
  /** An attempt is left alone for so many seconds and so many blocks before it is replaced. */
  REPLACE_AFTER_SECONDS: z.coerce.number().int().min(0).max(86_400).default(30),
  REPLACE_AFTER_BLOCKS: z.coerce.number().int().min(1).max(10_000).default(3),
  SETTLEMENT_SECONDS: z.coerce.number().int().min(1).max(86_400).default(3600),
  /** `required`: no epoch is committed that the checker (checker/main.ts) has not said yes to. */
  CHECKER: z.enum(['required', 'off']).default('off'),
  CHAIN_POLL_MS: milliseconds(4000),
  /** Most that a webhook's receiver takes, from the look-up of its name to the end of its answer. */
  WEBHOOKS_TIMEOUT_MS: z.coerce.number().int().min(100).max(20_000).default(5_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

export type Config = z.infer<typeof environment> & { rules: Rules; webhooks: Reach }

/** The worker's configuration. Throws with every fault named, and without any value, when a variable makes no sense. */
export function configFrom(env: Record<string, string | undefined>): Config {
  // An empty variable is one that was not set: compose files cannot say it otherwise.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(given)
  const faults = [...(parsed.success ? [] : [z.prettifyError(parsed.error)]), ...keyFaults(given)]
  if (!parsed.success || faults.length > 0) throw new Error(`bad environment:\n${faults.join('\n')}`)
  return { ...parsed.data, rules: rulesFrom(given), webhooks: reachFrom(given) }
}

/** What is wrong with where the operator's key is. */
function keyFaults(given: Record<string, string | undefined>): string[] {
  const { OPERATOR_KEY: key, SIGNER_URL: url } = given
  const isSet = (name: string) => ['true', '1'].includes(given[name] ?? '')
  if (url)
    return [
      given.OPERATOR_ADDRESS ? [] : ['OPERATOR_ADDRESS must say whose key the signer has'],
      key ? ['OPERATOR_KEY must not be here: the signer has the key'] : [],
      url.startsWith('http:') && !given.SIGNER_TOKEN ? ['SIGNER_TOKEN is needed on a port'] : [],
    ].flat()
  if (!key) return ['OPERATOR_KEY is needed, or SIGNER_URL with OPERATOR_ADDRESS']
  if (isSet('RIVULET_EMBEDDED') || isSet('ALLOW_RAW_OPERATOR_KEY')) return []
  return [
    'OPERATOR_KEY is for the embedded stack: keep the key in a signer (SIGNER_URL), or set ALLOW_RAW_OPERATOR_KEY=true',
  ]
}
