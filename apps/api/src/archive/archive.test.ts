import { gunzipSync, gzipSync } from 'node:zlib'
import { createArchiveCheck } from '@rivulet/authorship'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { memberAccount, STREAMS } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { testChain } from '@rivulet/stack'
import { Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { call, type Person, person } from '../../test/people.ts'
import { keyBody, penOf } from '../../test/signing.ts'
import { world } from '../../test/world.ts'
import { takePosts } from './take-posts.ts'

// Two networks: two databases, two APIs, two secrets.
const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())
const here = await world({ CHAIN_RPC_URL: chain.rpcUrl, PUBLIC_URL: 'https://rivulet.test' })
const there = await world({
  CHAIN_RPC_URL: chain.rpcUrl,
  SECRET_KEY: 'another secret of the tests, long enough',
})

const NDJSON = { 'content-type': 'application/x-ndjson' }

async function exportOf(who: Person, app = here.app): Promise<string> {
  const answer = await app.inject({
    method: 'GET',
    url: '/v1/me/export',
    headers: { authorization: `Bearer ${who.token}` },
  })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson'])
  return answer.body
}

async function importAs(
  who: Person,
  payload: string | Buffer,
  headers: Record<string, string> = NDJSON,
  app = there.app,
) {
  const answer = await app.inject({
    ...{ method: 'POST' as const, url: '/v1/members/import', payload },
    headers: { authorization: `Bearer ${who.token}`, ...headers },
  })
  return { status: answer.statusCode, body: answer.json() }
}

const linesOf = (archive: string) =>
  archive
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const faultOf = (archive: string) => {
  const check = createArchiveCheck()
  for (const line of archive.trimEnd().split('\n')) {
    const read = check.add(line)
    if (!read.ok) return read.fault
  }
  return check.end()
}

/** Alice, with a life here: signed posts by wallet and phone, a thread, friends, money. */
async function alicesLife() {
  const alice = await person(here.app)
  const [bob, carol, dave] = [await person(here.app), await person(here.app), await person(here.app)]
  await fund(here.deps, alice.id, 'available', 1_000_000_000n)
  await alice.patch('/v1/me', { handle: `alice_${alice.id.slice(-8)}`, displayName: 'Alice', bio: 'Rivers.' })
  const pen = penOf(alice)
  const first = await pen.writes({ text: 'Rivers run. 🌊', tags: ['water'] })
  await pen.writes({ text: 'and on', replyTo: first.id })
  const gone = await pen.writes({ text: 'never mind' })
  await alice.delete(`/v1/posts/${gone.id}`)
  const phone = new Wallet(Wallet.createRandom().privateKey)
  await alice.post('/v1/me/posting-keys', await keyBody(alice, phone))
  const onPhone = Object.assign(penOf(alice, phone), { seq: pen.seq, prev: pen.prev })
  await onPhone.writes({ kind: 'article', title: 'From the tram', text: '# Hi' })
  await alice.writes('not signed')
  await alice.put(`/v1/members/${bob.id}/follow`)
  await alice.put(`/v1/members/${carol.id}/block`)
  await alice.put(`/v1/members/${dave.id}/mute`)
  const bobs = await bob.writes('water?')
  await alice.put(`/v1/posts/${bobs.id}/bookmark`)
  await alice.post('/v1/wallet/pledge', { amount: '0.1' }, { 'idempotency-key': 'pledge' })
  expect((await alice.put(`/v1/posts/${bobs.id}/like`)).body.credited).toBe('0.0005')
  return { alice, bob, carol, dave, bobs }
}

const { alice, bob, carol, dave, bobs } = await alicesLife()
const archive = await exportOf(alice)
const countsOf = (archive: string) => linesOf(archive).at(-1).counts

test('everything that is alice’s is in her archive, and the node has signed for it', async () => {
  expect(faultOf(archive)).toBeUndefined()
  const lines = linesOf(archive)
  const of = (type: string) => lines.filter((line) => line.type === type)
  // Counted by hand, in the story above: the statement has deposit, two for the pledge, and the like.
  expect(countsOf(archive)).toEqual({
    ...{
      archive: 1,
      profile: 1,
      postingKey: 1,
      post: 4,
      signed: 4,
      follow: 1,
      block: 1,
      mute: 1,
      bookmark: 1,
    },
    ...{ interaction: 2, entry: 4, receipt: 1 },
  })
  expect(of('follow')[0]).toMatchObject({ id: bob.id, address: bob.address })
  expect(of('interaction').map((i) => [i.postId, i.kind, i.credited])).toContainEqual([
    bobs.id,
    'like',
    '0.0005',
  ])
  expect(of('receipt')[0]).toMatchObject({ postId: bobs.id, gross: '0.0005', receiver: { memberId: bob.id } })
  const listed = (await alice.get('/v1/wallet/entries')).body.data
  expect(of('entry').map(({ type: _type, ...entry }) => entry)).toEqual(listed)
  const { publicKey } = (await call(here.app, 'GET', '/v1/network')).body.node
  expect(lines.at(-1).publicKey).toBe(publicKey)
})

test('it comes packed to whoever takes gzip, and the very same', async () => {
  const headers = { authorization: `Bearer ${bob.token}`, 'accept-encoding': 'gzip' }
  const answer = await here.app.inject({ method: 'GET', url: '/v1/me/export', headers })
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(faultOf(gunzipSync(answer.rawPayload).toString())).toBeUndefined()
})

test('alice moves: her posts, thread and people are there, and she is paid there', async () => {
  const [moved, bobThere] = [
    await person(there.app, alice.wallet as never),
    await person(there.app, bob.wallet as never),
  ]
  await person(there.app, carol.wallet as never)
  const answer = await importAs(moved, archive)
  expect(answer).toEqual({
    status: 200,
    body: { posts: { imported: 4, known: 0 }, profile: true, follows: 1, blocks: 1, mutes: 0, missing: 1 },
  })
  expect(dave.id).toBeTruthy()
  const log = (await call(there.app, 'GET', `/v1/members/${moved.id}/log`)).body.data
  const before = linesOf(archive).filter((line) => line.type === 'signed')
  // biome-ignore lint/suspicious/noExplicitAny: the tests are what says which shape it has
  const bare = ({ id: _id, origin: _origin, type: _type, ...entry }: any) => entry
  expect(log.map(bare)).toEqual(before.map(bare))
  // biome-ignore lint/suspicious/noExplicitAny: as above
  expect(log.map((entry: any) => entry.origin)).toEqual(
    before.map(({ id }) => ({ node: 'https://rivulet.test', id })),
  )
  expect((await moved.get('/v1/me')).body).toMatchObject({
    ...{ displayName: 'Alice', bio: 'Rivers.', handle: expect.stringMatching(/^alice_/) },
    counts: { following: 1, posts: 2, followers: 0 },
  })
  const [first, reply] = log
  const post = (await call(there.app, 'GET', `/v1/posts/${first.id}`)).body
  expect([post.createdAt, post.counts.comments]).toEqual([first.createdAt, 1])
  expect((await call(there.app, 'GET', `/v1/posts/${reply.id}`)).body.replyTo).toBe(first.id)
  await fund(there.deps, bobThere.id, 'available', 1_000_000_000n)
  await bobThere.post('/v1/wallet/pledge', { amount: '0.1' }, { 'idempotency-key': 'pledge' })
  expect((await bobThere.put(`/v1/posts/${first.id}/like`)).body.credited).toBe('0.0005')
  // No money came with her: what she has there, bob has paid there.
  expect((await moved.get('/v1/wallet')).body).toMatchObject({
    available: '0',
    pledge: '0',
    pending: '0.0005',
  })

  // Again, packed: nothing changes. From there, it can be taken on, and says where it was written.
  const again = await importAs(moved, gzipSync(archive), { 'content-type': 'application/gzip' })
  expect(again.body.posts).toEqual({ imported: 0, known: 4 })
  expect((await moved.get('/v1/me')).body.counts).toEqual({ following: 1, posts: 2, followers: 0 })
  const onward = await exportOf(moved, there.app)
  expect(faultOf(onward)).toBeUndefined()
  expect(linesOf(onward).find((line) => line.type === 'signed').origin.id).toBe(before[0].id)
  // Her chain goes on there.
  const pen = Object.assign(penOf(moved), { seq: 4, prev: log.at(-1).hash })
  expect((await pen.writes({ text: 'here now' })).signed.seq).toBe(4)
})

test('one flipped byte, wherever it is, and nothing is taken in', async () => {
  const wallet = alice.wallet
  const other = await world({ CHAIN_RPC_URL: chain.rpcUrl })
  const moved = await person(other.app, wallet as never)
  const counts = (await moved.get('/v1/me')).body.counts
  const bytes = Buffer.from(archive)
  // The limit on imports is not what is asked here.
  const attempt = (text: Buffer) => importAs(moved, text, NDJSON, other.app)
  const places = [
    'Rivers run',
    '"seq":1',
    '"signature":"0x',
    '"follow"',
    '"sha256":"',
    '"balanceAfter"',
    '"counts"',
  ]
  for (const [i, place] of places.entries()) {
    const flipped = Buffer.from(bytes)
    flipped[bytes.indexOf(place) + place.length - 1]! ^= 1
    if (i < 3) {
      const refused = await attempt(flipped)
      expect([place, refused.status, refused.body.code]).toEqual([place, 422, 'invalid_archive'])
      expect(refused.body.detail).toMatch(/^line \d+: /)
    }
    expect([place, faultOf(flipped.toString())]).toEqual([place, expect.any(String)])
  }
  expect((await moved.get('/v1/me')).body.counts).toEqual(counts)
  expect((await other.deps.db.pool.query('select 1 from post_signatures')).rowCount).toBe(0)
  expect((await attempt(bytes)).body.code).toBe('rate_limited')
})

test('what is not an archive of the member is refused, and says why', async () => {
  const mallory = await person(there.app)
  const notHers = await importAs(mallory, archive)
  expect([notHers.status, notHers.body.code, notHers.body.detail]).toEqual([
    ...[422, 'archive_not_yours'],
    expect.stringContaining(`sign in with that wallet`),
  ])
  const bobThere = await person(there.app, bob.wallet as never)
  const lines = (await exportOf(bob)).split('\n').slice(0, -2)
  expect((await importAs(bobThere, `${lines.join('\n')}\n`)).body.detail).toContain('has no manifest')
  expect((await importAs(bobThere, lines.join('\n'))).body.detail).toContain('cut short')
  expect((await importAs(mallory, 'x', { 'content-type': 'application/gzip' })).body.code).toBe(
    'invalid_archive',
  )
  const erin = await person(there.app)
  expect((await importAs(erin, '{}', { 'content-type': 'application/json' })).status).toBe(415)
  expect((await importAs(erin, '')).body.detail).toContain('has no manifest')
})

test('posts signed here meanwhile are another chain: nothing of the archive is taken in', async () => {
  const other = await world({ CHAIN_RPC_URL: chain.rpcUrl })
  const moved = await person(other.app, alice.wallet as never)
  await penOf(moved).writes({ text: 'a new beginning' })
  const refused = await importAs(moved, archive, NDJSON, other.app)
  expect([refused.status, refused.body.code]).toEqual([409, 'archive_conflict'])
  expect((await moved.get('/v1/me')).body).toMatchObject({
    displayName: '',
    counts: { posts: 1, following: 0 },
  })
})

test('an import that was killed half way goes on where it was when it is sent again', async () => {
  const other = await world({ CHAIN_RPC_URL: chain.rpcUrl })
  const moved = await person(other.app, alice.wallet as never)
  const first = linesOf(archive)
    .filter((line) => line.type === 'signed')
    .slice(0, 2)
    .map((entry) => ({ entry, origin: { node: 'https://rivulet.test', id: entry.id } }))
  await withTransaction(other.deps.db.pool, (tx) => takePosts(tx, moved.id, first))
  const answer = await importAs(moved, archive, NDJSON, other.app)
  expect(answer.body.posts).toEqual({ imported: 2, known: 2 })
  expect((await moved.get('/v1/me')).body.counts.posts).toBe(2)
})

test('a history of several steps is exported to the last entry, each once', async () => {
  const erin = await person(here.app)
  const credit = memberAccount(erin.id, 'available')
  await withTransaction(here.deps.db.pool, (tx) =>
    ledgerOf(tx).post(
      Array.from({ length: 1_203 }, (_, i) => ({
        ...{
          id: newId(),
          leg: 0,
          debit: 'chain:reserve',
          credit,
          amount: amountOf(BigInt(i + 1)),
          code: STREAMS.deposit,
        },
      })),
    ),
  )
  const lines = linesOf(await exportOf(erin)).filter((line) => line.type === 'entry')
  expect(new Set(lines.map(({ id }) => id)).size).toBe(1_203)
  // 1 + 2 + … + 1203 nano.
  expect(lines[0].balanceAfter).toBe('0.000724206')
})

test('two imports of one archive at once take it in once', async () => {
  const other = await world({ CHAIN_RPC_URL: chain.rpcUrl })
  const moved = await person(other.app, alice.wallet as never)
  const answers = await Promise.all([1, 2].map(() => importAs(moved, archive, NDJSON, other.app)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(answers.map(({ body }) => body.posts.imported).sort()).toEqual([0, 4])
  expect((await other.deps.db.pool.query('select 1 from post_signatures')).rowCount).toBe(4)
})
