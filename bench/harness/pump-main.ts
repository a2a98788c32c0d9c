import { randomInt } from 'node:crypto'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { PumpOrder, PumpReport, Script } from './pump.ts'
import { percentile } from './statistics.ts'
import { Answer, Call, integersOf, parseMessage, SYNC, type Values } from './wire.ts'

/** A connection that repeats the script until it is told to stop. */
class Line {
  readonly #wire: Wire
  readonly #script: Script
  readonly #calls: Call[]
  readonly #values: Values
  readonly #done: (latencyMs: number) => boolean
  readonly #answer = new Answer()
  #step = 0
  #began = 0
  /** Settles when the last transaction is answered. */
  readonly ended: Promise<void>
  #settle!: { resolve: () => void; reject: (error: Error) => void }

  constructor(wire: Wire, script: Script, done: (latencyMs: number) => boolean) {
    this.#wire = wire
    this.#script = script
    this.#done = done
    this.#calls = script.statements.map(({ parameters }, i) => new Call(nameOf(i), parameters))
    this.#values = { id: Buffer.alloc(16), debit: 0, credit: 0, amount: script.amount }
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    wire.socket.once('error', this.#settle.reject)
    wire.socket.once('close', () => this.#settle.reject(new Error('the server closed the connection')))
  }

  async prepare(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const answer = new Answer()
      this.#wire.reader = (chunk) => {
        try {
          if (answer.read(chunk)) resolve()
        } catch (error) {
          reject(error)
        }
      }
      const parses = this.#script.statements.map(({ sql, parameters }, i) =>
        parseMessage(nameOf(i), sql, parameters),
      )
      this.#wire.socket.write(Buffer.concat([...parses, SYNC]))
    })
    this.#wire.reader = (chunk) => this.#read(chunk)
  }

  begin(): void {
    draw(this.#values, this.#script)
    this.#began = performance.now()
    this.#step = 0
    this.#send()
  }

  #send(): void {
    this.#wire.socket.write(this.#calls[this.#step]!.fill(this.#values))
  }

  #read(chunk: Buffer): void {
    try {
      if (!this.#answer.read(chunk)) return
      if (this.#script.statements[this.#step]!.readsBalances) this.#check()
      this.#answer.rows.length = 0
    } catch (error) {
      this.#settle.reject(error as Error)
      return
    }
    if (++this.#step < this.#calls.length) this.#send()
    else if (this.#done(performance.now() - this.#began)) this.begin()
    else this.#settle.resolve()
  }

  #check(): void {
    const rows = this.#answer.rows.map(integersOf)
    const payer = rows.find(([id]) => id === this.#values.debit)
    if (rows.length !== 2 || !payer || payer[1]! < this.#values.amount) {
      throw new Error('a payer cannot pay: the script should have been given accounts that can')
    }
  }
}

const nameOf = (statement: number) => `s${statement}`

function draw(values: Values, { payers, payees }: Script): void {
  values.debit = between(payers)
  do values.credit = between(payees)
  while (values.credit === values.debit)
  nextId(values.id)
}

const between = ([first, last]: readonly [number, number]) =>
  first + Math.floor(Math.random() * (last - first + 1))

let serial = randomInt(2 ** 20)

/** A UUID of version 7, written in place: milliseconds, then a serial number, then chance. */
function nextId(id: Buffer): void {
  serial = (serial + 1) % 2 ** 26
  id.writeUIntBE(Date.now(), 0, 6)
  id.writeUInt16BE(0x7000 | (serial >>> 14), 6)
  id.writeUInt16BE(0x8000 | (serial & 0x3fff), 8)
  id.writeUIntBE(Math.floor(Math.random() * 2 ** 48), 10, 6)
}

/** A connection that is signed in. */
interface Wire {
  socket: Socket
  /** Who is given what arrives; the bytes are overwritten afterwards. */
  reader: (chunk: Buffer) => void
}

/** Signs in by the driver, then takes the socket over from it. It reads into one buffer, past the cost of a stream. */
async function connect(url: string): Promise<Wire> {
  const callback = (size: number, buffer: Buffer) => {
    wire.reader(buffer.subarray(0, size))
    return true
  }
  const socket: Socket = new Socket({ onread: { buffer: Buffer.alloc(2 ** 16), callback } } as object)
  const wire: Wire = { socket, reader: (chunk) => socket.emit('data', Buffer.from(chunk)) }
  const client = new pg.Client({ connectionString: url, stream: () => socket, options: OPTIONS })
  await client.connect()
  for (const event of ['data', 'end', 'error', 'close']) socket.removeAllListeners(event)
  return wire
}

/** As the connections of our own pool. */
const OPTIONS = '-c random_page_cost=1.1 -c jit=off'

async function run({ url, connections, script, seconds }: PumpOrder): Promise<PumpReport> {
  const latencies: number[] = []
  let acknowledged = 0
  let phase: 'warm-up' | 'measuring' | 'over' = 'warm-up'
  const done = (latencyMs: number) => {
    acknowledged++
    if (phase === 'measuring') latencies.push(latencyMs)
    return phase !== 'over'
  }
  const wires = await Promise.all(Array.from({ length: connections }, () => connect(url)))
  const lines = wires.map((wire) => new Line(wire, script, done))
  await Promise.all(lines.map((line) => line.prepare()))
  const ended = Promise.all(lines.map((line) => line.ended))
  for (const line of lines) line.begin()
  await Promise.race([sleep(seconds * 100), ended])
  phase = 'measuring'
  const began = performance.now()
  await Promise.race([sleep(seconds * 1000), ended])
  const perSecond = (latencies.length / (performance.now() - began)) * 1000
  phase = 'over'
  await ended
  for (const { socket } of wires) socket.destroy()
  return {
    perSecond,
    acknowledged,
    latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
  }
}

process.once('message', (order: PumpOrder) => {
  run(order).then(
    (report) => process.send!(report),
    (error: Error) => process.send!({ failed: error.message }),
  )
})
