import { spawnSync } from 'node:child_process'
import { createHash, createPrivateKey, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import { verifyFile } from './verify.ts'

const folder = mkdtempSync(join(tmpdir(), 'rivulet-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))
const vectors = new URL('../../packages/authorship/test/vectors.json', import.meta.url)
const { entries } = JSON.parse(readFileSync(vectors, 'utf8')) as {
  entries: { hash: string; author: string }[]
}

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

const faultIn = async (text: string) =>
  (await verifyFile(Readable.from([text]), { contractWallet: false })).fault

test('a log is checked from a file: lines of entries, or pages', async () => {
  const lines = entries.map((entry) => JSON.stringify(entry))
  const right = `0 3 signed posts, each right, the last ${entries[2]!.hash}`
  expect(verify(lines.join('\n'))).toBe(right)
  const pages = [
    { data: entries.slice(0, 2), nextCursor: 'x' },
    { data: entries.slice(2), nextCursor: null },
  ]
  expect(await faultIn(pages.map((page) => JSON.stringify(page)).join('\n'))).toBeUndefined()
})

test('the first fault is named, and the program ends with 1', async () => {
  const lines = entries.map((entry) => JSON.stringify(entry))
  expect(verify([lines[0], lines[1]!.replace('They run', 'They rum'), lines[2]].join('\n'))).toBe(
    '1 FAULT  line 2: signed post 1: says something else than its contentHash: kind, title, text or tags were changed',
  )
  expect(await faultIn('{')).toBe('line 1: signed post 0: is no entry of a log: not JSON')
  expect(await faultIn('')).toBe('there is nothing in it')
})

test('an archive is checked to its last line: posts, counts, hash and the signature of the node', async () => {
  // The first key of RFC 8032, §7.1.
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const head = {
    type: 'archive',
    version: 1,
    node: 'https://a.example',
    member: { address: entries[0]!.author },
  }
  const before = [head, ...entries.map((entry) => ({ type: 'signed', ...entry }))].map(
    (line) => `${JSON.stringify(line)}\n`,
  )
  const manifest = (change: object = {}) => {
    const sha256 = createHash('sha256').update(before.join('')).digest('hex')
    const signature = sign(null, Buffer.from(`rivulet archive 1 ${sha256}`), key).toString('hex')
    return JSON.stringify({
      type: 'manifest',
      counts: { archive: 1, signed: 3 },
      sha256,
      publicKey,
      signature,
      ...change,
    })
  }
  const archive = before.join('')
  expect(verify(archive + manifest())).toBe(`0 3 signed posts, each right; signed by the node ${publicKey}`)
  for (const [text, fault] of [
    [archive, 'the archive has no manifest'],
    [
      archive.replace('a.example', 'b.example') + manifest(),
      'line 5: says that the lines before have the SHA-256',
    ],
    [archive + manifest({ counts: { archive: 1, signed: 2 } }), 'line 5: miscounts the lines before: signed'],
    [archive + manifest({ counts: { archive: 1 } }), 'line 5: miscounts the lines before: a kind is missing'],
    [
      archive + manifest({ publicKey: publicKey.replace('d', 'e') }),
      'line 5: is not signed by its publicKey',
    ],
    [`${archive + manifest()}\n${before[1]}`, 'line 6: comes after the manifest'],
    [before[0]! + before[2] + manifest(), 'line 2: signed post 0: has seq 1'],
  ] as const)
    expect(await faultIn(text)).toContain(fault)
})
