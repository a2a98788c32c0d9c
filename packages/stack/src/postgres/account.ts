import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { StartRefused } from '../refusal.ts'

/** How a program is run so that PostgreSQL accepts it: as it stands, or from root as somebody else. */
export interface RunAs {
  /** Whom the data belongs to; null: to whoever runs this. */
  owner: { uid: number; gid: number; name: string } | null
  wrap(command: string, args: string[]): { command: string; args: string[] }
}

const asItStands: RunAs = { owner: null, wrap: (command, args) => ({ command, args }) }

/**
 * Whom PostgreSQL will run as. It refuses to run as root; from root it is run as the owner of a cluster that is there
 * already, else as `postgres` where that user exists, else as `nobody`.
 */
export function chooseOwner(dataDir: string): RunAs['owner'] {
  if (process.getuid?.() !== 0) return null
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }))
  const owner = statSync(dataDir, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) {
    const { uid, gid } = owner
    return { uid, gid, name: users.find((user) => user.uid === uid)?.name ?? String(uid) }
  }
  const user = users.find(({ name }) => name === 'postgres') ?? users.find(({ name }) => name === 'nobody')
  if (!user) throw new StartRefused(`${ROOT_IS_REFUSED} Found neither a user postgres nor a user nobody.`)
  return user
}

/**
 * Finds out how to run `program` as `owner` with `dataDir` in reach.
 *
 * A checkout or a home in a directory that only root may enter is out of that user's reach; the program then keeps the
 * one capability to pass (dac_override), and still is not root.
 *
 * @throws StartRefused with what to do, when neither works.
 */
export function reach(owner: RunAs['owner'], program: string, dataDir: string): RunAs {
  if (owner === null) return asItStands
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  const passing = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  let complaint = ''
  for (const options of [identity, [...identity, ...passing]]) {
    const probe = spawnSync(
      'setpriv',
      [...options, 'sh', '-c', '"$0" --version && test -w "$1" && test -x "$1"', program, dataDir],
      { cwd: '/', encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } },
    )
    if (probe.status === 0) {
      return {
        owner,
        wrap: (command, args) => ({ command: 'setpriv', args: [...options, command, ...args] }),
      }
    }
    complaint = probe.error?.message ?? probe.stderr.trim()
  }
  throw new StartRefused(
    `${ROOT_IS_REFUSED} Tried as user ${owner.name}, who cannot reach ${program} and ${dataDir}` +
      `${complaint && ` (${complaint})`}. Let others enter the directories on the way there (chmod o+x), or run as an ` +
      'ordinary user, or set DATABASE_URL and MIGRATION_DATABASE_URL to a PostgreSQL of your own.',
  )
}

const ROOT_IS_REFUSED = 'PostgreSQL does not run as root.'
