import { contractsVersion } from '@rivulet/contracts'
import { knownMigrations } from '@rivulet/db/migrate'
import { StartRefused } from '../refusal.ts'
import { readJson, writeJson } from './file.ts'
import type { Home } from './home.ts'

/** What a home was last used with. */
export interface HomeVersion {
  /** Of the folder's own layout. */
  format: number
  /** Newest migration applied. */
  schema: string
  /** See `contractsVersion`; null: no embedded chain. */
  contracts: string | null
}

const FORMAT = 1

/** How to begin anew, and what that costs. */
export const RESET = 'npm start -- --reset'

/**
 * Refuses a home that this checkout cannot go on with: of a newer version, or with other contracts on its chain. One
 * with an older schema is taken: its database is migrated.
 */
export function refuseOtherVersion(home: Home, { chain }: { chain: boolean }): void {
  const version = readJson<HomeVersion>(home.version)
  if (version === null) return
  if (version.format > FORMAT || !['none', ...knownMigrations()].includes(version.schema)) {
    throw new StartRefused(
      `${home.path} was last used by a newer version of Rivulet (schema ${version.schema}, layout ${version.format}). ` +
        `Update this checkout, or start anew with ${RESET}, which forgets its members, books and chain.`,
    )
  }
  if (chain && version.contracts !== null && version.contracts !== contractsVersion) {
    throw new StartRefused(
      `The chain in ${home.path} has other contracts (${version.contracts}) than this checkout (${contractsVersion}); ` +
        `contracts are not upgraded. Go on with the checkout it was made with, or start anew with ${RESET}, which ` +
        'forgets its members, books and everything on its chain.',
    )
  }
}

/** Notes what a home is now used with. */
export function writeVersion(home: Home, { chain }: { chain: boolean }): void {
  const version: HomeVersion = {
    format: FORMAT,
    schema: knownMigrations().at(-1) ?? 'none',
    contracts: chain ? contractsVersion : null,
  }
  writeJson(home.version, version)
}
