import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createChainCheck, readEntry } from '@rivulet/authorship'

export type Verdict = { fault: string; summary?: never } | { fault?: never; summary: string }

type Options = { author?: string; contractWallet: boolean }

/**
 * Checks the signed posts in a text: entries as lines of JSON, or pages of `GET /v1/members/{id}/log` one after the other,
 * a page a line.
 */
export async function verifyFile(file: Readable, options: Options): Promise<Verdict> {
  const check = createChainCheck(options)
  let number = 0
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    if (line.trim() === '') continue
    for (const value of entriesIn(line) ?? [undefined]) {
      const read = readEntry(value)
      const fault = read.ok ? check.add(read.entry) : `is no entry of a log: ${read.field || 'not JSON'}`
      if (fault) return { fault: `line ${number}, signed post ${check.length}: ${fault}` }
    }
  }
  if (check.length === 0) return { fault: 'there is no signed post in it' }
  const unchecked = check.unchecked > 0 ? `; ${check.unchecked} signatures only a chain can check` : ''
  return { summary: `${check.length} signed posts, each right, the last ${check.head}${unchecked}` }
}

/** @returns undefined for what is not JSON */
function entriesIn(line: string): unknown[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (Array.isArray(value)) return value
  const page = (value as { data?: unknown } | null)?.data
  return Array.isArray(page) ? page : [value]
}
