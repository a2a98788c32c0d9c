import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { StartRefused } from '../refusal.ts'

const require = createRequire(import.meta.url)

/**
 * Path of anvil: `ANVIL_BIN`, else npm's for this platform, else the one on the PATH.
 *
 * @throws StartRefused where there is none.
 */
export function findAnvil(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ANVIL_BIN) return env.ANVIL_BIN
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  try {
    const found = require.resolve(`@foundry-rs/anvil-${process.platform}-${arch}/package.json`)
    return join(dirname(found), 'bin/anvil')
  } catch {
    const folder = (env.PATH ?? '').split(delimiter).find((one) => one && existsSync(join(one, 'anvil')))
    if (folder) return join(folder, 'anvil')
  }
  throw new StartRefused(
    'No anvil for this platform in node_modules or on the PATH: install Foundry (https://getfoundry.sh), or name its ' +
      'binary in ANVIL_BIN, or set CHAIN_RPC_URL to a chain of your own.',
  )
}
