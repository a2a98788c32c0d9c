import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** Somebody turned to somebody else. */
export type Line = { source: string; target: string }

const BLANKS = /[\s,]+/
const NAME = /^[\w.@:-]{1,100}$/
const TIME = /^\d{1,12}(\.\d+)?$/

/**
 * Reads the first interactions of a file, in the order it has them. Empty lines and comments (`#`, `%`) are skipped.
 *
 * @throws Error naming the file and the line when a line is none
 */
export async function readLines(file: string, limit: number): Promise<Line[]> {
  const lines: Line[] = []
  const stream = createReadStream(file, { encoding: 'utf8' })
  let number = 0
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++
      const trimmed = text.trim()
      if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('%')) continue
      lines.push(parseLine(trimmed, `${file}:${number}`))
      if (lines.length >= limit) break
    }
  } finally {
    stream.destroy()
  }
  if (lines.length === 0) throw new Error(`${file}: no interactions in it`)
  return lines
}

/** @param at where the line stands, for the message */
export function parseLine(text: string, at: string): Line {
  const [source, target, time, ...more] = text.split(BLANKS)
  if (source === undefined || target === undefined || time === undefined || more.length > 0)
    throw new Error(
      `${at}: expected source, target and Unix time, found ${JSON.stringify(text.slice(0, 80))}`,
    )
  for (const [what, name] of [
    ['source', source],
    ['target', target],
  ] as const)
    if (!NAME.test(name)) throw new Error(`${at}: ${JSON.stringify(name.slice(0, 80))} cannot be a ${what}`)
  if (!TIME.test(time)) throw new Error(`${at}: ${JSON.stringify(time.slice(0, 80))} is no Unix time`)
  return { source, target }
}
