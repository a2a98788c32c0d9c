import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Wallet } from 'ethers'
import { expect, test } from 'vitest'
import { fund } from './money.ts'
import { person } from './people.ts'
import { world } from './world.ts'

/*
 * The examples of the SDK's README, each as a program of its own against an API that listens.
 */
const { app, deps } = await world()
await app.listen({ host: '127.0.0.1', port: 0 })
const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
const sdk = fileURLToPath(new URL('../../../packages/sdk/', import.meta.url))
const key = Wallet.createRandom().privateKey

/** The lines it prints. */
async function run(example: string): Promise<string[]> {
  const env = { ...process.env, RIVULET_URL: url, RIVULET_KEY: key }
  const file = join(sdk, 'examples', `${example}.ts`)
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env, timeout: 60_000 })
  return stdout.trim().split('\n')
}

test('the README shows the examples as they are', async () => {
  const readme = await readFile(join(sdk, 'README.md'), 'utf8')
  const shown = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
  const names = await readdir(join(sdk, 'examples'))
  const files = await Promise.all(names.map((name) => readFile(join(sdk, 'examples', name), 'utf8')))
  expect(shown.toSorted()).toEqual(files.toSorted())
})

test('somebody signs in and writes, is refused, reads lists, likes and tips', async () => {
  const [signedIn, posted] = await run('sign-in')
  expect(signedIn).toMatch(/^0x[0-9a-fA-F]{40} 0x[0-9a-f]{64}$/)
  expect(posted).toMatch(/^[0-9a-f-]{36} 0$/)
  const postId = posted!.split(' ')[0]!

  expect(await run('refusals')).toEqual([
    'unauthenticated',
    '401 Sign in, and send the token as a Bearer token.',
  ])

  const bob = await person(app, new Wallet(key) as never)
  await fund(deps, bob.id, 'pledge', 1_000_000_000n)
  await fund(deps, bob.id, 'available', 1_000_000_000n)
  await bob.post('/v1/posts', { kind: 'note', text: 'So do I.', replyTo: postId })
  const address = posted && signedIn!.split(' ')[0]
  expect(await run('lists')).toEqual([`${address} Hello, river.`, '   So do I.'])
  // 0.25 less the fee of 250 basis points, by hand; the like is paid from the pledge at the usual rate.
  expect(await run('money')).toEqual(['0.0005 false', '0.24375'])
  // The same tip by the same name, and a like that is there already.
  expect(await run('money')).toEqual(['0.0005 false', '0.24375'])
  expect((await bob.get('/v1/wallet')).body.available).toBe('0.75')
})
