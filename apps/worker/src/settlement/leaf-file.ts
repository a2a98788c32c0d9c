import { type KeccakStream, keccakStream } from '@rivulet/contracts'

/** Bytes of a part of the file, but for the last. */
export const PART_BYTES = 1 << 20

/** Cuts a leaf file (`headLine`, `placeLine`, `batchLine` of the contracts) into parts, and hashes it on the way. */
export class LeafFileParts {
  readonly #hash: KeccakStream
  readonly #write: (part: number, text: string) => Promise<void>
  #lines: string[] = []
  #length = 0
  #part = 0

  private constructor(hash: KeccakStream, write: (part: number, text: string) => Promise<void>) {
    this.#hash = hash
    this.#write = write
  }

  /** @param write is given each part, from number 0 on: ASCII, at most 1 MiB */
  static async begin(write: (part: number, text: string) => Promise<void>): Promise<LeafFileParts> {
    return new LeafFileParts(await keccakStream(), write)
  }

  add(line: string): void {
    this.#lines.push(line)
    this.#length += line.length
  }

  /** Writes what fills whole parts. */
  async flush(): Promise<void> {
    if (this.#length >= PART_BYTES) await this.#writeFrom(PART_BYTES)
  }

  /** Writes the rest, and answers the file's Keccak-256. */
  async end(): Promise<string> {
    await this.#writeFrom(1)
    return this.#hash.digest()
  }

  async #writeFrom(least: number): Promise<void> {
    let text = this.#lines.join('')
    while (text.length >= least) {
      const part = text.slice(0, PART_BYTES)
      this.#hash.update(Buffer.from(part, 'latin1'))
      await this.#write(this.#part++, part)
      text = text.slice(PART_BYTES)
    }
    this.#lines = [text]
    this.#length = text.length
  }
}
