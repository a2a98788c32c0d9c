import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  archiveWords,
  DOMAIN,
  NO_POST,
  POST_TYPES,
  POSTING_KEY_TYPES,
  postMessage,
} from '@rivulet/authorship'
import { temporaryFolder } from '@rivulet/stack'
import { type BaseWallet, TypedDataEncoder, Wallet } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Member, signIn } from '../scripts/outside/member.ts'
import { until } from '../scripts/outside/until.ts'
import { balanceOf, dollars, openScene, type Scene, send } from './scene.ts'

/*
 * Two networks, each a stack of its own: its processes, its database, its chain, its keys. People take along what they have
 * signed, and whoever changes a byte of it on the way is found.
 */

let home: Scene
let away: Scene
const folder = temporaryFolder('moving')

beforeAll(async () => {
  home = await openScene()
  away = await openScene()
})
afterAll(async () => {
  await Promise.all([home?.close(), away?.close()])
  rmSync(folder, { recursive: true, force: true })
})

type Wish = { kind?: 'note' | 'article'; text: string; title?: string; tags?: string[]; replyTo?: string }
type Signed = { id: string; signature: string; hash: string }

/** What somebody has signed, as their own client keeps it. */
type Pen = { written: Signed[]; writes(wish: Wish, signer?: BaseWallet): Promise<Signed> }

function penOf(who: Member): Pen {
  const written: Signed[] = []
  return {
    written,
    async writes(wish, signer = who.wallet) {
      const { kind = 'note', text, title = null, tags = [], replyTo = null } = wish
      const [seq, prev, createdAt] = [
        written.length,
        written.at(-1)?.hash ?? NO_POST,
        new Date().toISOString(),
      ]
      const place = { author: who.wallet.address, seq, prev, createdAt: Date.parse(createdAt), replyTo }
      const message = postMessage({ ...place, quoteOf: null }, { kind, text, title, tags })
      const signature = await signer.signTypedData(DOMAIN, POST_TYPES, message)
      const signed = { seq, prev, createdAt, signature }
      const { id } = await who.call<{ id: string }>('POST', '/v1/posts', { kind, ...wish, signed })
      written.push({ id, signature, hash: TypedDataEncoder.hash(DOMAIN, POST_TYPES, message) })
      return written.at(-1)!
    },
  }
}

/** A key that may sign for somebody, by their wallet's word. */
async function postingKeyOf(who: Member): Promise<BaseWallet> {
  const key = new Wallet(Wallet.createRandom().privateKey)
  const notAfter = new Date(Date.now() + 86_400_000).toISOString()
  const statement = {
    member: who.wallet.address,
    key: key.address,
    name: 'phone',
    notAfter: Date.parse(notAfter),
  }
  const signature = await who.wallet.signTypedData(DOMAIN, POSTING_KEY_TYPES, statement)
  await who.call('POST', '/v1/me/posting-keys', { address: key.address, name: 'phone', notAfter, signature })
  return key
}

async function exportOf(scene: Scene, { token }: Member): Promise<string> {
  const answer = await fetch(`${scene.url}/v1/me/export`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
  return answer.text()
}

const importAs = ({ token }: Member, raw: string | Uint8Array, type = 'application/x-ndjson') =>
  send(away, 'POST', '/v1/members/import', { token, raw, headers: { 'content-type': type } })

/** The command, as anybody runs it on a file they were given. @returns its code and what it said */
function verifyPosts(archive: string): Promise<string> {
  const file = join(folder, 'archive.ndjson')
  writeFileSync(file, archive)
  return new Promise((resolve) =>
    execFile('npm', ['run', '-s', 'verify-posts', '--', '--file', file], (error, stdout, stderr) =>
      resolve(`${error?.code ?? 0} ${stdout}${stderr}`.trim()),
    ),
  )
}

const linesOf = (archive: string) =>
  archive
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const signedIn = (archive: string): (Signed & { content: unknown })[] =>
  linesOf(archive).filter(({ type }) => type === 'signed')
const keyOf = async (scene: Scene) =>
  (await scene.stranger<{ node: { publicKey: string } }>('GET', '/v1/network')).node.publicKey

test('alice leaves with all she has signed, and on another network every signature still holds', async () => {
  const [alice, bob] = await Promise.all([
    home.person('alice', dollars('1')),
    home.person('bob', dollars('1')),
  ])
  for (const who of [alice, bob]) await who.call('POST', '/v1/wallet/pledge', { amount: '0.1' })
  const bobs = await bob.call<{ id: string }>('POST', '/v1/posts', { kind: 'note', text: 'Who is here?' })

  const pen = penOf(alice)
  const note = await pen.writes({ text: 'Rivers run. 🌊', tags: ['water'] })
  await pen.writes({ text: 'I am.', replyTo: bobs.id })
  const gone = await pen.writes({ text: 'never mind' })
  await alice.call('DELETE', `/v1/posts/${gone.id}`)
  await pen.writes(
    { kind: 'article', title: 'From the tram', text: '# Wet\n\nAnd on.' },
    await postingKeyOf(alice),
  )
  const draft = { kind: 'article', title: 'Unsigned', text: 'first' }
  const article = await alice.call<{ id: string }>('POST', '/v1/posts', draft)
  await alice.call('PATCH', `/v1/posts/${article.id}`, { text: 'second' })
  await alice.call('PUT', `/v1/posts/${bobs.id}/like`)
  await alice.call('PUT', `/v1/members/${bob.id}/follow`)
  await alice.call('POST', '/v1/tips', { memberId: bob.id, amount: '0.2' })
  await bob.call('PUT', `/v1/posts/${note.id}/like`)
  await until('she has earned', async () => (await balanceOf(alice, 'pending')) > 0n)

  const archive = await exportOf(home, alice)
  expect(linesOf(archive).at(-1).counts).toMatchObject({ signed: 4, post: 4, revision: 1, follow: 1, tip: 1 })
  const right = '4 signed posts, each right; signed by the node'
  expect(await verifyPosts(archive)).toBe(`0 ${right} ${await keyOf(home)}`)

  await signIn(away.url, away.network, 'bob', bob.wallet)
  const moved = await signIn(away.url, away.network, 'alice', alice.wallet)
  const taken = await importAs(moved, archive)
  expect([taken.status, taken.body]).toMatchObject([
    200,
    { posts: { imported: 4, known: 0 }, follows: 1, missing: 0 },
  ])
  const onward = await exportOf(away, moved)
  expect(await verifyPosts(onward)).toBe(`0 ${right} ${await keyOf(away)}`)
  expect(await keyOf(away)).not.toBe(await keyOf(home))
  for (const one of [archive, onward])
    expect(signedIn(one).map(({ signature, hash }) => ({ signature, hash }))).toEqual(
      pen.written.map(({ signature, hash }) => ({ signature, hash })),
    )
  expect(signedIn(onward).map(({ content }) => content)).toEqual(
    signedIn(archive).map(({ content }) => content),
  )
  expect(signedIn(onward)[2]!.content).toBeNull()
  // Her words have moved, and no money with them.
  expect(await balanceOf(moved, 'pending')).toBe(0n)
  expect(await balanceOf(moved, 'available')).toBe(0n)

  const again = await importAs(moved, gzipSync(archive), 'application/gzip')
  expect([again.status, again.body.posts]).toEqual([200, { imported: 0, known: 4 }])
  await home.lawsHold()
})

/** Whoever carries an archive may sign it anew, with a key of their own: what is left to protect a post is its author. */
function signedAnew(lines: Buffer[], key: KeyPairKeyObjectResult): string {
  const before = lines
    .slice(0, -1)
    .map((line) => `${line}\n`)
    .join('')
  const sha256 = createHash('sha256').update(before).digest('hex')
  const own = {
    publicKey: key.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    signature: sign(null, archiveWords(sha256), key.privateKey).toString('hex'),
  }
  return `${before}${JSON.stringify({ ...JSON.parse(`${lines.at(-1)}`), sha256, ...own })}\n`
}

test('a bit of what somebody has signed is flipped on the way, and nothing of theirs is taken in', async () => {
  const mallory = generateKeyPairSync('ed25519')
  // A member may try three times: each is met by two forgeries before the real one.
  for (const [name, ...places] of [
    ['carol', /"text":"It rains/, /"signature":"0x[0-9]*(?=[a-f])/],
    ['dave', /"prev":"0x0/, /"createdAt":"20/],
    ['erin', /"name":"phon/, /"tags":\["rai/],
  ] as [string, ...RegExp[]][]) {
    const there = await home.person(name)
    const pen = penOf(there)
    const key = await postingKeyOf(there)
    await pen.writes({ text: 'It rains.', tags: ['rain'] }, key)
    await pen.writes({ text: 'It has stopped.' })
    const archive = await exportOf(home, there)
    const moved = await signIn(away.url, away.network, name, there.wallet)
    for (const place of places) {
      const lines = archive
        .trimEnd()
        .split('\n')
        .map((line) => Buffer.from(line))
      const first = lines.findIndex((line) => line.includes('"type":"signed"'))
      const found = place.exec(lines[first]!.toString())!
      // A letter of a signature becomes its capital, which reads the same; any other sign another.
      lines[first]![found.index + found[0].length]! ^= place.source.includes('signature') ? 0x20 : 1
      const refused = await importAs(moved, signedAnew(lines, mallory))
      expect([place, refused.status, refused.body.code]).toEqual([place, 422, 'invalid_archive'])
      expect(refused.body.detail).toMatch(new RegExp(`^line ${first + 1}: signed post 0: `))
    }
    const log = `/v1/members/${moved.id}/log`
    expect((await send(away, 'GET', log)).body.data).toEqual([])
    expect((await importAs(moved, archive)).body.posts).toEqual({ imported: 2, known: 0 })
    expect((await send(away, 'GET', log)).body.data.map(({ hash }: Signed) => hash)).toEqual(
      pen.written.map(({ hash }) => hash),
    )
  }
})
