/** A message of PostgreSQL's frontend/backend protocol (version 3): its type, '' for the first of a connection. */
export type Message = { type: string; bytes: Buffer }

/** Cuts a stream into messages. Only the first one that a client sends has no type. */
export class Splitter {
  #rest: Buffer = Buffer.alloc(0)
  #untyped: boolean

  constructor(of: 'client' | 'server') {
    this.#untyped = of === 'client'
  }

  take(chunk: Buffer): Message[] {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    const messages: Message[] = []
    for (;;) {
      const head = this.#untyped ? 0 : 1
      if (this.#rest.length < head + 4) return messages
      const length = head + this.#rest.readUInt32BE(head)
      if (this.#rest.length < length) return messages
      const bytes = this.#rest.subarray(0, length)
      messages.push({ type: this.#untyped ? '' : String.fromCharCode(bytes[0]!), bytes })
      this.#rest = this.#rest.subarray(length)
      this.#untyped = false
    }
  }
}

/** What a client sends before it waits for an answer: its statements, and the bound values as they lie in the bytes. */
export type Unit = { bytes: Buffer; sql: string; bound: string }

/** Gathers a client's messages into units, each of which the server answers with one ReadyForQuery. */
export class Units {
  #messages: Message[] = []
  #sql: string[] = []
  #bound: string[] = []
  readonly #named = new Map<string, string>()

  /** @returns a unit when the message ends one; the bytes to pass on at once when it belongs to none */
  take(message: Message): Unit | Buffer | undefined {
    const { type, bytes } = message
    if (type === '' || type === 'p' || type === 'X') return bytes
    this.#messages.push(message)
    if (type === 'Q') this.#sql.push(text(bytes, 5))
    if (type === 'P') this.#parse(bytes)
    if (type === 'B') this.#bind(bytes)
    return type === 'Q' || type === 'S' ? this.#end() : undefined
  }

  #parse(bytes: Buffer): void {
    const name = text(bytes, 5)
    const sql = text(bytes, 5 + Buffer.byteLength(name) + 1)
    this.#named.set(name, sql)
    this.#sql.push(sql)
  }

  #bind(bytes: Buffer): void {
    const portal = text(bytes, 5)
    const name = text(bytes, 5 + Buffer.byteLength(portal) + 1)
    if (name !== '') this.#sql.push(this.#named.get(name) ?? '')
    this.#bound.push(bytes.toString('latin1'))
  }

  #end(): Unit {
    const bytes = Buffer.concat(this.#messages.map((message) => message.bytes))
    const unit = { bytes, sql: this.#sql.join('; '), bound: this.#bound.join(' ') }
    this.#messages = []
    this.#sql = []
    this.#bound = []
    return unit
  }
}

const text = (bytes: Buffer, from: number) => bytes.toString('utf8', from, bytes.indexOf(0, from))
