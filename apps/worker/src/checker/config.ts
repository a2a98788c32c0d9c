import { getAddress, isAddress } from 'ethers'

/** What the checker is told. */
export type CheckerConfig = {
  databaseUrl: string
  chainId: bigint
  vault: string
  /** Of the token: nano in one of its units. */
  unit: bigint
  clearingBps: bigint
  pollMs: number
  /** The API's address; without it the leaf file is read from the database. */
  leavesUrl: string | undefined
  /** With both, what is wrong is vetoed. */
  rpcUrl: string | undefined
  guardianKey: string | undefined
}

/** Reads the environment. Throws, naming every variable that is wrong and no value. */
export function checkerConfig(env: Record<string, string | undefined>): CheckerConfig {
  const wrong: string[] = []
  const read = <T>(name: string, fallback: string | undefined, parse: (text: string) => T | undefined) => {
    const text = env[name] || fallback
    const value = text === undefined ? undefined : parse(text)
    if (value === undefined) wrong.push(name)
    return value as T
  }
  const whole = (text: string, least: number, most: number) =>
    /^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined
  const config: CheckerConfig = {
    databaseUrl: read('CHECKER_DATABASE_URL', env.DATABASE_URL, (text) => text),
    chainId: read('CHAIN_ID', undefined, (text) => (/^\d{1,18}$/.test(text) ? BigInt(text) : undefined)),
    vault: read('VAULT_ADDRESS', undefined, (text) => (isAddress(text) ? getAddress(text) : undefined)),
    unit: 10n ** BigInt(9 - (read('ASSET_DECIMALS', '6', (text) => whole(text, 0, 9)) ?? 0)),
    clearingBps: BigInt(read('CLEARING_FEE_BPS', '500', (text) => whole(text, 0, 10_000)) ?? 0),
    pollMs: read('CHAIN_POLL_MS', '4000', (text) => whole(text, 50, 3_600_000)),
    leavesUrl: env.LEAVES_URL || undefined,
    rpcUrl: env.CHAIN_RPC_URL || undefined,
    guardianKey: env.GUARDIAN_KEY || undefined,
  }
  if (config.guardianKey && !/^0x[0-9a-fA-F]{64}$/.test(config.guardianKey)) wrong.push('GUARDIAN_KEY')
  if (config.guardianKey && !config.rpcUrl) wrong.push('CHAIN_RPC_URL')
  if (wrong.length > 0) throw new Error(`bad environment: ${wrong.join(', ')}`)
  return config
}
