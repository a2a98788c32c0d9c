import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'rivulet-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))
const vectors = new URL('../../packages/authorship/test/vectors.json', import.meta.url)
const { entries } = JSON.parse(readFileSync(vectors, 'utf8')) as { entries: { hash: string }[] }

/** The program as it is run, on a file of this text. */
function verify(text: string, ...more: string[]) {
  const file = join(folder, 'log.ndjson')
  writeFileSync(file, text)
  const main = new URL('main.ts', import.meta.url).pathname
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--file', file, ...more], {
    encoding: 'utf8',
  })
  return `${status} ${stdout}${stderr}`.trim()
}

test('a log is checked from a file: lines of entries, or pages', () => {
  const lines = entries.map((entry) => JSON.stringify(entry))
  const right = `0 3 signed posts, each right, the last ${entries[2]!.hash}`
  expect(verify(lines.join('\n'))).toBe(right)
  const pages = [
    { data: entries.slice(0, 2), nextCursor: 'x' },
    { data: entries.slice(2), nextCursor: null },
  ]
  expect(verify(pages.map((page) => JSON.stringify(page)).join('\n'))).toBe(right)
})

test('the first fault is named, and the program ends with 1', () => {
  const lines = entries.map((entry) => JSON.stringify(entry))
  expect(verify([lines[0], lines[1]!.replace('They run', 'They rum'), lines[2]].join('\n'))).toBe(
    '1 FAULT  line 2: signed post 1: says something else than its contentHash: kind, title, text or tags were changed',
  )
  expect(verify('{')).toBe('1 FAULT  line 1: signed post 0: is no entry of a log: not JSON')
  expect(verify('')).toBe('1 FAULT  there is nothing in it')
})
