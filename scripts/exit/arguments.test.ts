import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { argumentsOf } from './arguments.ts'

const folder = mkdtempSync(join(tmpdir(), 'rivulet-exit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SECRET = `0x${'5a'.repeat(32)}`
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const key = file('key', `0x${'11'.repeat(32)}`)
const by = (secret: string) =>
  argumentsOf(['--rpc', 'http://127.0.0.1:1', '--leaves', 'leaves', '--key', key, '--secret', secret])

const AROUND = [
  'Exit secret of 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A on Rivulet',
  'chain 31337, vault 0x…',
]

test('carol leaves with the secret alone, with it in the file the page saved, and as base64url', async () => {
  const bytes = Buffer.alloc(32, 0x5a)
  const page = [...AROUND, '', SECRET, '', 'Keep it where only you can read it.', ''].join('\n')
  for (const text of [
    SECRET,
    `${SECRET}\n`,
    page,
    page.replaceAll('\n', '\r\n'),
    bytes.toString('base64url'),
  ])
    expect((await by(file('secret', text))).by).toEqual({ leaves: 'leaves', secret: new Uint8Array(bytes) })
})

test('a file without a secret is refused, and one with two: nobody guesses', async () => {
  const other = `0x${'5b'.repeat(32)}`
  for (const text of ['', AROUND.join('\n'), SECRET.slice(0, -1), `${SECRET}\n${other}`])
    await expect(by(file('secret', text))).rejects.toThrow('no exit secret')
})
