import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const units = z.string().regex(/^\d+$/).transform(BigInt)

const line = z.strictObject({
  /** Milliseconds since 1970, by the signer's clock. */
  at: z.number().int(),
  chainId: units,
  signer: z.string(),
  nonce: z.number().int().min(0),
  /** Keccak-256 of what is called, with what. */
  call: z.string().regex(/^0x[0-9a-f]{64}$/),
  promised: units,
  authorised: units,
  paid: units,
})

/** One call that was signed, or is about to be. Amounts in token units; `authorised` is the total that it opens. */
export type Entry = z.infer<typeof line>

const DAY_MS = 86_400_000

/**
 * What a signer has signed: lines of JSON, only ever added to, each on the disk before its signature leaves. So whatever
 * dies, nothing was signed that does not count.
 */
export class Journal {
  readonly #file: number
  readonly #entries: Entry[]
  #isBroken = false

  /**
   * Opens a journal, and makes it where there is none. A last line that was cut off belongs to a signature that never left.
   * @throws Error for a journal with a line that is none
   */
  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600)
    const text = readFileSync(path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    this.#entries = whole
      .split('\n')
      .slice(0, -1)
      .map((json, i) => entryOf(json, `${path}, line ${i + 1}`))
    if (whole.length < text.length) ftruncateSync(this.#file, Buffer.byteLength(whole))
    fsyncSync(this.#file)
    const folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
    closeSync(folder)
  }

  /** What was signed for a nonce. */
  at({ chainId, signer, nonce }: Pick<Entry, 'chainId' | 'signer' | 'nonce'>): Entry | undefined {
    return this.#entries.find((e) => e.nonce === nonce && e.signer === signer && e.chainId === chainId)
  }

  /** The most that was ever opened for claims. */
  get authorised(): bigint {
    return this.#entries.reduce((most, { authorised }) => (authorised > most ? authorised : most), 0n)
  }

  /**
   * What was promised, newly authorised ones included, and what was paid in the 24 hours before `now`. An entry from the
   * future, by a clock that was set back, counts.
   * @param authorisedBefore what was open for claims when the journal began
   */
  lastDay(now: number, authorisedBefore: bigint): { promised: bigint; paid: bigint } {
    let authorised = authorisedBefore
    const sums = { promised: 0n, paid: 0n }
    for (const entry of this.#entries) {
      const growth = entry.authorised > authorised ? entry.authorised - authorised : 0n
      authorised += growth
      if (entry.at <= now - DAY_MS) continue
      sums.promised += entry.promised + growth
      sums.paid += entry.paid
    }
    return sums
  }

  /** Adds an entry; it is on the disk when this returns. */
  add(entry: Entry): void {
    const json = JSON.stringify(entry, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    const bytes = Buffer.from(`${json}\n`)
    // After a write that failed nobody knows where the last line ends: that is found out when the journal is opened.
    if (this.#isBroken)
      throw new Error('the journal of what was signed could not be written: start the signer again')
    this.#isBroken = true
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
    fsyncSync(this.#file)
    this.#isBroken = false
    this.#entries.push(entry)
  }

  close(): void {
    closeSync(this.#file)
  }
}

function entryOf(json: string, where: string): Entry {
  try {
    return line.parse(JSON.parse(json))
  } catch {
    throw new Error(
      `${where} is no entry: the journal of what was signed is damaged, and nothing is signed without it`,
    )
  }
}
