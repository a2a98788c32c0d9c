import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** CPU time at a moment, in clock ticks. */
interface Ticks {
  at: number
  /** Of the machine: everything but idling, waiting for a disk, and serving interrupts. */
  busy: number
  /** Of this process and all it started, and what these have inherited from those that ended. */
  own: number
}

const TICKS_A_SECOND = 100

/** Watches who uses the cores from now on. */
export class CpuWatch {
  readonly #begin = ticks()

  /** Since the beginning, as shares of all cores: what others used, and what this process and all it started used. */
  shares(): { others: number; own: number } {
    const end = ticks()
    const all = ((end.at - this.#begin.at) / 1000) * TICKS_A_SECOND * availableParallelism()
    const own = end.own - this.#begin.own
    return { others: Math.max(0, end.busy - this.#begin.busy - own) / all, own: own / all }
  }
}

function ticks(): Ticks {
  // user nice system idle iowait irq softirq steal: interrupts serve our own traffic, what is stolen went to others
  const [user, nice, system, , , , , steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number, number]
  return { at: performance.now(), busy: user + nice + system + steal, own: ownTicks() }
}

function ownTicks(): number {
  const processes = new Map(readdirSync('/proc').flatMap(statOf))
  const isOwn = (pid: number): boolean => {
    if (pid === process.pid) return true
    const parent = processes.get(pid)?.parent
    return parent !== undefined && parent > 1 && isOwn(parent)
  }
  let own = 0
  for (const [pid, { ticks }] of processes) if (isOwn(pid)) own += ticks
  return own
}

function statOf(name: string): [number, { parent: number; ticks: number }][] {
  if (!/^\d+$/.test(name)) return []
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    // The command's name is in brackets and may hold anything, brackets too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number)
    return [[Number(name), { parent: Number(fields[1]), ticks: utime! + stime! + cutime! + cstime! }]]
  } catch {
    return [] // it has ended meanwhile
  }
}
