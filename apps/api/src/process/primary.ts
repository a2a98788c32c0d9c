import cluster, { type Worker } from 'node:cluster'
import { type Logger, pino } from 'pino'
import { backOffMs, STEADY_MS } from './back-off.ts'
import { idleCores, takersAfter } from './balance.ts'
import { NUMBER_VARIABLE, PATIENCE_MS, type ToPrimary } from './messages.ts'
import { createRelay, tell } from './relay.ts'
import type { Settings } from './settings.ts'
import { onStopSignals } from './signals.ts'

/** How often in a row a process may end before it listens, when it did listen earlier. */
const MOST_FAILED_STARTS = 5

/** More than the processes take for themselves. */
const SLACK_MS = 2_000

/** How often it is looked at whether more or fewer processes should take connections. */
const BALANCE_MS = 1_000

/** A process that works for a smaller share of its time has nobody to serve. */
const RESTING = 0.02

/** One of the processes, and its replacements. */
type Place = {
  number: number
  worker: Worker | undefined
  startedAt: number
  listens: boolean
  /** Ends soon after the start, in a row. */
  ends: number
  /** Ends before it listened, in a row. */
  failedStarts: number
  /** The share of its time it worked, as it last said. */
  busy: number
}

/**
 * Leads several processes that serve one port: starts them, replaces one that ends, and ends with them. It serves
 * nothing itself, reads no secret and opens no connection; it holds the listening socket, so that the port is free the
 * moment it is gone.
 */
export function lead(settings: Settings): void {
  new Primary(settings).start()
}

class Primary {
  readonly #settings: Settings
  readonly #log: Logger
  readonly #places: Place[]
  /** All of them have listened at the same time: from then on one that is lost is only replaced. */
  #complete = false
  /** So many of those that listen, from the first on, take new connections. */
  #takers: number
  #stopping = false
  #exitCode = 0

  constructor(settings: Settings) {
    this.#settings = settings
    this.#log = pino({ level: settings.logLevel, base: { app: 'api', pid: process.pid } })
    this.#places = Array.from({ length: settings.processes }, (_, i) => ({
      ...{
        number: i + 1,
        worker: undefined,
        startedAt: 0,
        listens: false,
        ends: 0,
        failedStarts: 0,
        busy: 0,
      },
    }))
    this.#takers = settings.balance === 'fill' ? 1 : settings.processes
  }

  start(): void {
    // Connections go to the processes in turn, whatever the system's default.
    cluster.schedulingPolicy = cluster.SCHED_RR
    const relay = createRelay(
      () => this.#listening(),
      () => this.#serving(),
    )
    cluster.on('message', (worker, message: ToPrimary) => {
      if (message.type !== 'load') return relay(worker, message)
      const place = this.#placeOf(worker)
      if (place) place.busy = message.busy
    })
    cluster.on('listening', (worker) => this.#onListening(worker))
    cluster.on('exit', (worker, code, signal) => this.#onExit(worker, code, signal))
    onStopSignals(
      (signal) => {
        this.#log.info({ signal }, 'stopping')
        this.#stop(0)
      },
      () => this.#killAll('asked again'),
    )
    if (this.#settings.balance === 'fill') this.#balance()
    // The first goes ahead: what is wrong with the configuration is said once.
    this.#fork(this.#places[0] as Place)
  }

  #fork(place: Place): void {
    if (this.#stopping || place.worker) return
    place.startedAt = performance.now()
    place.listens = false
    const worker = cluster.fork({ [NUMBER_VARIABLE]: String(place.number) })
    place.worker = worker
    // One that runs, and could not be told something, is about to say so by its exit.
    worker.on('error', (error) => {
      if (worker.process.pid === undefined) this.#onExit(worker, null, error.message)
    })
  }

  #onListening(worker: Worker): void {
    const place = this.#placeOf(worker)
    if (!place || place.listens) return
    Object.assign(place, { listens: true, failedStarts: 0 })
    this.#log.info({ process: place.number, itsPid: worker.process.pid }, 'a process listens')
    this.#tellWhoTakes()
    if (this.#complete) {
      tell(worker, { type: 'complete' })
      return
    }
    for (const other of this.#places) if (other.startedAt === 0) this.#fork(other)
    if (!this.#places.every((one) => one.listens)) return
    this.#complete = true
    this.#log.info({ processes: this.#places.length }, 'all processes listen')
    for (const one of this.#workers()) tell(one, { type: 'complete' })
  }

  #onExit(worker: Worker, code: number | null, signal: string | null): void {
    const place = this.#placeOf(worker)
    if (!place) return
    const { listens, number } = place
    Object.assign(place, { worker: undefined, listens: false, busy: 0 })
    this.#tellWhoTakes()
    if (this.#stopping) {
      if (listens && code !== 0) this.#exitCode ||= 1
      this.#endWhenAllHave()
      return
    }
    const how = { process: number, itsPid: worker.process.pid, code, signal }
    if (!listens) place.failedStarts++
    if (place.failedStarts >= (this.#complete ? MOST_FAILED_STARTS : 1)) {
      this.#log.fatal(how, 'a process could not start, stopping')
      this.#stop(code || 1)
      return
    }
    place.ends = performance.now() - place.startedAt < STEADY_MS ? place.ends + 1 : 1
    const inMs = backOffMs(place.ends)
    this.#log[code === 0 ? 'info' : 'error']({ ...how, inMs }, 'a process ended, replacing it')
    setTimeout(() => this.#fork(place), inMs)
  }

  #balance(): void {
    const idle = idleCores()
    setInterval(() => {
      const serving = this.#places.filter((place) => place.listens)
      const takers = takersAfter(this.#takers, {
        busy: serving.map((place) => place.busy),
        idleCores: idle(),
      })
      if (takers === this.#takers) return
      this.#log.info({ takers, before: this.#takers }, 'another number of processes takes connections')
      // Clients keep their connections for long: those of the full processes come again and meet the new one.
      if (takers > this.#takers)
        for (const { worker } of serving.slice(0, this.#takers))
          if (worker) tell(worker, { type: 'shed', share: 1 / takers })
      this.#takers = takers
      this.#tellWhoTakes()
    }, BALANCE_MS).unref()
  }

  #tellWhoTakes(): void {
    this.#listening().forEach((worker, i) => {
      tell(worker, { type: 'take', take: i < this.#takers })
    })
  }

  #stop(exitCode: number): void {
    if (this.#stopping) return
    this.#stopping = true
    this.#exitCode = exitCode
    for (const worker of this.#workers()) tell(worker, { type: 'stop' })
    setTimeout(
      () => this.#killAll('out of patience'),
      this.#settings.shutdownDelayMs + PATIENCE_MS + SLACK_MS,
    )
    this.#endWhenAllHave()
  }

  #killAll(why: string): void {
    this.#log.error({ why }, 'ending what has not ended')
    for (const worker of this.#workers()) worker.process.kill('SIGKILL')
  }

  #endWhenAllHave(): void {
    if (this.#workers().length > 0) return
    this.#log.info('stopped')
    process.exit(this.#exitCode)
  }

  #placeOf(worker: Worker): Place | undefined {
    return this.#places.find((place) => place.worker === worker)
  }

  #workers(): Worker[] {
    return this.#places.flatMap(({ worker }) => worker ?? [])
  }

  /** Those that answer requests, of connections they take or still have. */
  #serving(): Worker[] {
    return this.#listening().filter((worker, i) => i < this.#takers || this.#placeOf(worker)!.busy > RESTING)
  }

  #listening(): Worker[] {
    return this.#places.flatMap(({ worker, listens }) => (listens && worker ? worker : []))
  }
}
