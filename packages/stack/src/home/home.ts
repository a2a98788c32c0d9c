import { accessSync, chmodSync, constants, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { StartRefused } from '../refusal.ts'

/** Where an embedded stack keeps everything it has. All paths are absolute. */
export interface Home {
  path: string
  /** PostgreSQL's: `data`, `password`, its log. */
  postgres: string
  /** The chain's: its state, its log. */
  chain: string
  /** One file per application. */
  logs: string
  keys: string
  deployment: string
  version: string
  lock: string
}

const NAMES = {
  postgres: 'postgres',
  chain: 'chain',
  logs: 'logs',
  keys: 'keys.json',
  deployment: 'deployment.json',
  version: 'version.json',
  lock: 'lock.json',
}

/**
 * Makes sure of the folder.
 *
 * @throws StartRefused when it is another user's, or holds things and nothing of ours: a slip in RIVULET_HOME must not mix a stack into
 * somebody's files, let alone have them reset.
 */
export function openHome(path: string): Home {
  const root = resolve(path)
  mkdirSync(root, { recursive: true })
  const ours = new Set(Object.values(NAMES))
  refuseForeign(root)
  const there = readdirSync(root)
  if (there.length > 0 && !there.some((name) => ours.has(name))) {
    throw new StartRefused(`${root} holds other things: set RIVULET_HOME to a folder that is empty or new.`)
  }
  // Others may pass through, for PostgreSQL may run as somebody else; what is secret in here has modes of its own.
  if (there.length === 0) chmodSync(root, 0o711)
  const at = (name: keyof typeof NAMES) => join(root, NAMES[name])
  const home: Home = {
    ...{ path: root, postgres: at('postgres'), chain: at('chain'), logs: at('logs'), lock: at('lock') },
    ...{ keys: at('keys'), deployment: at('deployment'), version: at('version') },
  }
  mkdirSync(home.logs, { recursive: true })
  return home
}

/** Forgets everything but the lock: books, chain, keys, logs. */
export function resetHome(home: Home): void {
  for (const name of ['version', 'deployment', 'keys', 'postgres', 'chain', 'logs'] as const) {
    rmSync(home[name], { recursive: true, force: true })
  }
  mkdirSync(home.logs, { recursive: true })
}

function refuseForeign(root: string): void {
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    throw new StartRefused(
      `${root} belongs to another user: start as that one, or set RIVULET_HOME to a folder of your own.`,
    )
  }
}
