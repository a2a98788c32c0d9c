import { cpus } from 'node:os'

/**
 * How connections are given to the processes. `fill`: to as few as can cope, since what one process gathers is one batch,
 * and larger batches cost less each. `turns`: to all in turn.
 */
export const BALANCES = ['fill', 'turns'] as const

export type Balance = (typeof BALANCES)[number]

/** A process this busy, as a share of its time, cannot take much more. */
const FULL = 0.85

/** One process fewer must be this busy at most, so that it is not asked for again at once. */
const ROOMY = 0.6

/**
 * How many processes take new connections from now on.
 *
 * One more when all that take are full and the machine has a core for it: where there is none, another process only makes
 * smaller batches. One fewer when the rest could do it all with room.
 *
 * @param takers how many did so far, at least 1
 * @param busy of each process that serves, in order, the share of its time it worked
 * @param idleCores how many cores' worth of time nobody used
 */
export function takersAfter(takers: number, { busy, idleCores }: { busy: number[]; idleCores: number }) {
  const taking = busy.slice(0, takers)
  if (takers < busy.length && idleCores >= 1 && taking.every((share) => share > FULL)) return takers + 1
  const work = busy.reduce((sum, share) => sum + share, 0)
  if (takers > 1 && work < ROOMY * (takers - 1)) return takers - 1
  return takers
}

/** Tells, each time it is asked, how many cores' worth of time nobody used since it was last asked. */
export function idleCores(): () => number {
  let last = times()
  return () => {
    const before = last
    last = times()
    const all = last.all - before.all
    return all === 0 ? 0 : ((last.idle - before.idle) / all) * last.cores
  }
}

function times() {
  const cores = cpus()
  const sums = cores.map(({ times: t }) => ({ idle: t.idle, all: t.user + t.nice + t.sys + t.idle + t.irq }))
  return {
    cores: cores.length,
    idle: sums.reduce((sum, core) => sum + core.idle, 0),
    all: sums.reduce((sum, core) => sum + core.all, 0),
  }
}
