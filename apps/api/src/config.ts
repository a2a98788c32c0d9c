import { fileURLToPath } from 'node:url'
import { type Reach, type Rules, reachFrom, rulesFrom } from '@rivulet/economy'
import { getAddress, isAddress } from 'ethers'
import { z } from 'zod'
import { SETTINGS, type Settings } from './process/settings.ts'

const address = z
  .string()
  .refine(isAddress, 'must be an address: 0x and 40 hex digits, with a right checksum if any')
  .transform(getAddress)
const flag = z.enum(['true', 'false', '1', '0', '']).transform((text) => text === 'true' || text === '1')
const origin = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { pathname, search, hash, username } = new URL(text)
  return pathname === '/' && !search && !hash && !username
}, 'must be an origin: scheme, host and port, no path')

const environment = z.object({
  DATABASE_URL: z.string().min(1),
  DATABASE_POOL_MAX: z.coerce.number().int().min(1).max(500).default(10),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PUBLIC_URL: origin.optional(),
  NETWORK_NAME: z.string().min(1).max(100).default('Rivulet'),
  CHAIN_RPC_URL: z.url({ protocol: /^https?$/ }),
  CHAIN_PUBLIC_RPC_URL: z.url({ protocol: /^https?$/ }).optional(),
  CHAIN_EXPLORER_URL: z.url({ protocol: /^https?$/ }).optional(),
  CHAIN_ID: z.coerce.number().int().positive(),
  VAULT_ADDRESS: address,
  TOKEN_ADDRESS: address,
  ASSET_SYMBOL: z.string().min(1).max(16).default('tUSD'),
  RIVULET_EMBEDDED: flag.default(false),
  FAUCET_KEY: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, 'must be a private key: 0x and 64 hex digits')
    .optional(),
  SECRET_KEY: z.string().min(32, 'must have at least 32 characters'),
  NODE_KEY: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, 'must be a private key: 0x and 64 hex digits')
    .optional(),
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).max(16).default(0),
  CORS_ORIGINS: z.string().default('*'),
  PAGE_ROOT: z.string().default(fileURLToPath(new URL('../../web/dist', import.meta.url))),
  ...SETTINGS,
})

/** Everything this process was told by its environment. */
export type Config = Settings & {
  databaseUrl: string
  /** Connections of each of the four pools of this process. */
  databasePoolMax: number
  host: string
  port: number
  /** The origin clients use, without a trailing slash: sign-in messages and links are made of it. */
  publicUrl: string
  networkName: string
  chain: {
    id: number
    rpcUrl: string
    publicRpcUrl: string | undefined
    /** Without a trailing slash; its transactions are at `/tx/{hash}` (EIP-3091). */
    explorerUrl: string | undefined
    vault: string
    token: string
  }
  assetSymbol: string
  /** The embedded stack: there is a faucet, and loopback is exempt from the address limit. */
  embedded: boolean
  faucetKey: string | undefined
  secretKey: string
  /** Signs archives (Ed25519); undefined: derived from the secret key. */
  nodeKey: string | undefined
  /** How many proxies in front of this process are ours, and append to X-Forwarded-For. */
  trustProxyHops: number
  corsOrigins: '*' | string[]
  /** The folder of the built page; where there is none, there is no page. */
  pageRoot: string
  rules: Rules
  /** Where webhooks may point. */
  webhooks: Reach
}

/** Reads and checks the environment. Throws with every fault named; never prints a value. */
export function configFrom(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(set)
  if (!parsed.success)
    throw new Error(`bad configuration in the environment:\n${z.prettifyError(parsed.error)}`)
  const e = parsed.data
  const publicUrl = (e.PUBLIC_URL ?? `http://127.0.0.1:${e.PORT}`).replace(/\/$/, '')
  return {
    databaseUrl: e.DATABASE_URL,
    databasePoolMax: e.DATABASE_POOL_MAX,
    host: e.HOST,
    port: e.PORT,
    publicUrl,
    networkName: e.NETWORK_NAME,
    chain: {
      id: e.CHAIN_ID,
      rpcUrl: e.CHAIN_RPC_URL,
      // The address of a hosted node often carries a key; only that of the embedded chain is told without being asked.
      publicRpcUrl: e.CHAIN_PUBLIC_RPC_URL ?? (e.RIVULET_EMBEDDED ? e.CHAIN_RPC_URL : undefined),
      explorerUrl: e.CHAIN_EXPLORER_URL?.replace(/\/+$/, ''),
      vault: e.VAULT_ADDRESS,
      token: e.TOKEN_ADDRESS,
    },
    assetSymbol: e.ASSET_SYMBOL,
    embedded: e.RIVULET_EMBEDDED,
    faucetKey: e.FAUCET_KEY,
    secretKey: e.SECRET_KEY,
    nodeKey: e.NODE_KEY,
    trustProxyHops: e.TRUST_PROXY_HOPS,
    processes: e.API_PROCESSES,
    balance: e.API_BALANCE,
    logLevel: e.LOG_LEVEL,
    corsOrigins: e.CORS_ORIGINS === '*' ? '*' : e.CORS_ORIGINS.split(',').map((one) => one.trim()),
    pageRoot: e.PAGE_ROOT,
    shutdownDelayMs: e.SHUTDOWN_DELAY_MS,
    rules: rulesFrom(set),
    webhooks: reachFrom(set),
  }
}
