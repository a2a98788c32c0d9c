/** What a statement of a script is told: the transfer's id, its two accounts, what is moved. */
export type Variable = 'id' | 'debit' | 'credit' | 'amount'

/** Drawn anew for each transaction. */
export interface Values {
  id: Buffer
  debit: number
  credit: number
  amount: number
}

const UUID_OID = 2950
const INT8_OID = 20
const widthOf = (variable: Variable) => (variable === 'id' ? 16 : 8)

/** The message that prepares a statement under a name. */
export function parseMessage(name: string, sql: string, parameters: readonly Variable[]): Buffer {
  const head = Buffer.from(`${name}\0${sql}\0`)
  const body = Buffer.alloc(head.length + 2 + 4 * parameters.length)
  head.copy(body)
  body.writeInt16BE(parameters.length, head.length)
  parameters.forEach((variable, i) => {
    body.writeInt32BE(variable === 'id' ? UUID_OID : INT8_OID, head.length + 2 + 4 * i)
  })
  return message('P', body)
}

/** Ends a group of messages: the server answers it when they are worked off. */
export const SYNC = message('S', Buffer.alloc(0))

/**
 * Bind, Execute and Sync of a prepared statement as one buffer, written once: for each run only the bytes of the
 * parameters are changed. Everything is in binary.
 */
export class Call {
  readonly buffer: Buffer
  readonly #parameters: { variable: Variable; at: number }[]

  constructor(name: string, parameters: readonly Variable[]) {
    const head = Buffer.concat([Buffer.from(`\0${name}\0`), Buffer.from([0, 1, 0, 1])]) // one format for all: binary
    const count = Buffer.alloc(2)
    count.writeInt16BE(parameters.length)
    const values = parameters.map((variable) => {
      const value = Buffer.alloc(4 + widthOf(variable))
      value.writeInt32BE(widthOf(variable))
      return value
    })
    let at = 5 + head.length + 2
    this.#parameters = parameters.map((variable) => {
      const place = { variable, at: at + 4 }
      at += 4 + widthOf(variable)
      return place
    })
    const bind = message('B', Buffer.concat([head, count, ...values, Buffer.from([0, 1, 0, 1])]))
    const execute = message('E', Buffer.from([0, 0, 0, 0, 0]))
    this.buffer = Buffer.concat([bind, execute, SYNC])
  }

  fill(values: Values): Buffer {
    for (const { variable, at } of this.#parameters) {
      if (variable === 'id') values.id.copy(this.buffer, at)
      else {
        const value = values[variable]
        this.buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at)
        this.buffer.writeUInt32BE(value % 2 ** 32, at + 4)
      }
    }
    return this.buffer
  }
}

/** Collects what a server sends until it is ready for the next group. It keeps nothing of the chunks it is given. */
export class Answer {
  #left: Buffer | null = null
  /** The rows of this answer, as they were sent. */
  rows: Buffer[] = []

  /** @returns whether the answer is complete @throws Error with what the server complains about */
  read(chunk: Buffer): boolean {
    const all: Buffer = this.#left ? Buffer.concat([this.#left, chunk]) : chunk
    let at = 0
    while (all.length - at >= 5) {
      const end = at + 1 + all.readUInt32BE(at + 1)
      if (end > all.length) break
      const type = all[at]
      if (type === READY) {
        this.#left = null
        return true
      }
      if (type === DATA_ROW) this.rows.push(Buffer.from(all.subarray(at + 5, end)))
      else if (type === ERROR) throw new Error(complaint(all.subarray(at + 5, end)))
      at = end
    }
    this.#left = at === all.length ? null : Buffer.from(all.subarray(at))
    return false
  }
}

const READY = 'Z'.charCodeAt(0)
const DATA_ROW = 'D'.charCodeAt(0)
const ERROR = 'E'.charCodeAt(0)

/** The columns of a row of 8-byte integers. */
export function integersOf(row: Buffer): number[] {
  const values: number[] = []
  for (let at = 2; at < row.length; at += 12) values.push(Number(row.readBigInt64BE(at + 4)))
  return values
}

function complaint(fields: Buffer): string {
  const message = fields
    .toString()
    .split('\0')
    .find((field) => field.startsWith('M'))
  return message?.slice(1) ?? 'the server refused'
}

function message(type: string, body: Buffer): Buffer {
  const all = Buffer.alloc(5 + body.length)
  all.write(type)
  all.writeUInt32BE(4 + body.length, 1)
  body.copy(all, 5)
  return all
}
