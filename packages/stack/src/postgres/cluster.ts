import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chooseOwner, type RunAs, reach } from './account.ts'
import { type Binaries, findBinaries } from './binaries.ts'

/** A cluster on disk. */
export interface Cluster {
  binaries: Binaries
  runAs: RunAs
  dataDir: string
  /** Password of the superuser `postgres`. */
  password: string
}

/** What PostgreSQL's programs see of the environment: nothing that would change their behaviour. */
export const environment = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }

/**
 * The cluster in `dir`, made when there is none: UTF-8, byte order, UTC, passwords by SCRAM. Beside the data lies the
 * superuser's password, readable by whoever runs this.
 *
 * @throws StartRefused where PostgreSQL cannot run; an Error with what initdb said when it failed.
 */
export function openCluster(dir: string, { durable = true }: { durable?: boolean } = {}): Cluster {
  const binaries = findBinaries()
  const dataDir = join(dir, 'data')
  const passwordFile = join(dir, 'password')
  mkdirSync(dir, { recursive: true })
  const owner = chooseOwner(dataDir)
  if (existsSync(dataDir)) {
    return {
      binaries,
      dataDir,
      runAs: reach(owner, binaries.postgres, dataDir),
      password: readFileSync(passwordFile, 'utf8'),
    }
  }
  // Made elsewhere and renamed when complete: an interrupted start leaves nothing that looks like a cluster.
  const unfinished = join(dir, 'data.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  const password = randomBytes(24).toString('base64url')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  mkdirSync(unfinished, { mode: 0o700 })
  give(unfinished, owner)
  const runAs = reach(owner, binaries.postgres, unfinished)
  initialise({ binaries, runAs, dataDir: unfinished, password }, join(dir, 'password.initdb'), durable)
  renameSync(unfinished, dataDir)
  return { binaries, runAs, dataDir, password }
}

function initialise({ binaries, runAs, dataDir, password }: Cluster, handover: string, durable: boolean) {
  writeFileSync(handover, password, { mode: 0o600 })
  give(handover, runAs.owner)
  const { command, args } = runAs.wrap(binaries.initdb, [
    ...['-D', dataDir, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${handover}`],
    ...['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(durable ? [] : ['--no-sync']),
  ])
  const { status, stderr, stdout, error } = spawnSync(command, args, {
    cwd: '/',
    encoding: 'utf8',
    env: environment,
  })
  rmSync(handover)
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? `${stdout}${stderr}`}`)
}

function give(path: string, owner: RunAs['owner']): void {
  if (owner) chownSync(path, owner.uid, owner.gid)
}
