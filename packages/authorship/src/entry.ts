import { getAddress } from 'ethers'
import type { Content } from './typed-data.ts'

/** The key that signed a post, with the wallet's word for it. */
export type EntryKey = {
  /** EIP-55. */
  address: string
  name: string
  /** RFC 3339, UTC. */
  notAfter: string
  /** The wallet's, of the `PostingKey`. */
  signature: string
  /** The last `seq` it holds for, once it was revoked. */
  lastSeq: number | null
}

/** A signed post as logs and archives carry it: all that is needed to check it. */
export type Entry = {
  author: string
  seq: number
  prev: string
  /** RFC 3339, UTC, to the millisecond. */
  createdAt: string
  replyTo: string | null
  quoteOf: string | null
  contentHash: string
  hash: string
  /** 0x-hex in small letters. */
  signature: string
  /** Null: signed by the wallet itself. */
  key: EntryKey | null
  /** Null: deleted, or not open to whoever asked. */
  content: Content | null
}

const isHash = (value: unknown) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)
/** In small letters only: a capital writes the same bytes, and a changed byte would pass. */
const isSignature = (value: unknown) => typeof value === 'string' && /^0x([0-9a-f]{2})*$/.test(value)
const isText = (value: unknown) => typeof value === 'string' && value.isWellFormed()
const isTextOrNull = (value: unknown) => value === null || isText(value)
const isSeq = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

function isAddress(value: unknown): boolean {
  try {
    return typeof value === 'string' && getAddress(value) === value
  } catch {
    return false
  }
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return false
  const ms = Date.parse(value)
  return ms >= 0 && new Date(ms).toISOString() === value
}

const ENTRY: Record<keyof Entry, (value: unknown) => boolean> = {
  ...{ author: isAddress, seq: isSeq, prev: isHash, createdAt: isTime, replyTo: isTextOrNull },
  ...{ quoteOf: isTextOrNull, contentHash: isHash, hash: isHash, signature: isSignature },
  key: (value) => value === null || faultIn(value, KEY) === undefined,
  content: (value) => value === null || faultIn(value, CONTENT) === undefined,
}

const KEY: Record<keyof EntryKey, (value: unknown) => boolean> = {
  ...{ address: isAddress, name: isText, notAfter: isTime, signature: isSignature },
  lastSeq: (value) => value === null || isSeq(value),
}

const CONTENT: Record<keyof Content, (value: unknown) => boolean> = {
  kind: (value) => value === 'note' || value === 'article',
  ...{ title: isTextOrNull, text: isText },
  tags: (value) => Array.isArray(value) && value.every(isText),
}

function faultIn(value: unknown, fields: Record<string, (value: unknown) => boolean>): string | undefined {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(fields).find(([name, is]) => !is((value as Record<string, unknown>)[name]))?.[0]
}

/** Reads an entry from JSON that anybody may have written. @returns the entry, or the field that is not one's */
export function readEntry(value: unknown): { ok: true; entry: Entry } | { ok: false; field: string } {
  const field = faultIn(value, ENTRY)
  return field === undefined ? { ok: true, entry: value as Entry } : { ok: false, field }
}
