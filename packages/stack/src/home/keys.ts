import { randomBytes } from 'node:crypto'
import { type ChainKeys, chainKeyNames } from '../chain/deployment.ts'
import { readJson, writeJson } from './file.ts'

/** The secrets of an embedded stack. */
export interface Keys extends ChainKeys {
  /** Of the applications' sign-in to the database. */
  databasePassword: string
  /** Cursors, salts. */
  secretKey: string
  /** What the node signs archives with. */
  nodeKey: string
}

/** The keys in a file that only its owner may read; what it lacks is drawn and added. */
export function readKeys(path: string): Keys {
  const kept = readJson<Partial<Keys>>(path)
  const keys = { ...drawKeys(), ...kept }
  if (Object.keys(keys).length !== Object.keys(kept ?? {}).length) writeJson(path, keys, { mode: 0o600 })
  return keys
}

function drawKeys(): Keys {
  return {
    ...drawChainKeys(),
    databasePassword: randomBytes(24).toString('base64url'),
    secretKey: randomBytes(32).toString('base64url'),
    nodeKey: `0x${randomBytes(32).toString('hex')}`,
  }
}

/** Fresh private keys for everybody who runs a deployment. */
export function drawChainKeys(): ChainKeys {
  const drawn = chainKeyNames.map((name) => [name, `0x${randomBytes(32).toString('hex')}`])
  return Object.fromEntries(drawn) as ChainKeys
}
