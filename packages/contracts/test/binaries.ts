import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Path of `anvil` or `forge`: npm's own for this platform, else the one on the PATH. Throws with what to do. */
export function foundryBinary(name: 'anvil' | 'forge'): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const platform = `@foundry-rs/${name}-${process.platform}-${arch}`
  try {
    return join(dirname(require.resolve(`${platform}/package.json`)), 'bin', name)
  } catch {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name)
    }
  }
  throw new Error(
    `No ${name} for this platform: npm install ${platform} (optional dependencies may have been left out), ` +
      `or install Foundry (https://getfoundry.sh) and put ${name} on the PATH.`,
  )
}
