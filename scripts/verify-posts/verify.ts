import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createArchiveCheck, createChainCheck, readEntry } from '@rivulet/authorship'

export type Verdict = { fault: string; summary?: never } | { fault?: never; summary: string }

type Options = { author?: string; contractWallet: boolean }

/** Reads a line. @returns what is wrong with it */
type Reader = { add(line: string): string | undefined; end(): Verdict }

/**
 * Checks the signed posts in a text: an archive, or a log as lines of JSON, entries or pages of
 * `GET /v1/members/{id}/log` one after the other, a page a line.
 */
export async function verifyFile(file: Readable, options: Options): Promise<Verdict> {
  let reader: Reader | undefined
  let number = 0
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    if (line.trim() === '') continue
    reader ??=
      (parsed(line) as { type?: unknown } | null)?.type === 'archive' ? archive(options) : log(options)
    const fault = reader.add(line)
    if (fault) return { fault: `line ${number}: ${fault}` }
  }
  return reader?.end() ?? { fault: 'there is nothing in it' }
}

function archive({ contractWallet, author }: Options): Reader {
  const check = createArchiveCheck({ contractWallet })
  return {
    add(text) {
      const read = check.add(text)
      if (!read.ok) return read.fault
      const { line } = read
      return line.type === 'archive' && author !== undefined && line.head.address !== author
        ? `the archive is ${line.head.address}'s, and not ${author}'s`
        : undefined
    },
    end() {
      const fault = check.end()
      if (fault) return { fault: `the archive ${fault}` }
      return {
        summary: `${check.posts} signed posts, each right; signed by the node ${check.publicKey}${open(check)}`,
      }
    },
  }
}

function log(options: Options): Reader {
  const check = createChainCheck(options)
  return {
    add(line) {
      for (const value of entriesIn(parsed(line))) {
        const read = readEntry(value)
        const fault = read.ok ? check.add(read.entry) : `is no entry of a log: ${read.field || 'not JSON'}`
        if (fault) return `signed post ${check.length}: ${fault}`
      }
      return undefined
    },
    end: () =>
      check.length === 0
        ? { fault: 'there is no signed post in it' }
        : { summary: `${check.length} signed posts, each right, the last ${check.head}${open(check)}` },
  }
}

const open = ({ unchecked }: { unchecked: number }) =>
  unchecked > 0 ? `; ${unchecked} signatures only a chain can check` : ''

/** @returns undefined for what is not JSON */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function entriesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  const page = (value as { data?: unknown } | null | undefined)?.data
  return Array.isArray(page) ? page : [value]
}
