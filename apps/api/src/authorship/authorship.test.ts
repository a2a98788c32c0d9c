import { createChainCheck, NO_POST, readEntry } from '@rivulet/authorship'
import { testChain } from '@rivulet/stack'
import { Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { deploy, ownedBy } from '../../test/contract.ts'
import { call, newNonce, type Person, person, signInMessage } from '../../test/people.ts'
import { keyBody, penOf } from '../../test/signing.ts'
import { world } from '../../test/world.ts'

const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())
const { app, deps } = await world({ CHAIN_RPC_URL: chain.rpcUrl })

/** The log as anyone may take it, in pages of two, checked as anyone may check it. */
async function log(who: Person, options = {}) {
  const check = createChainCheck({ author: who.address, ...options })
  // biome-ignore lint/suspicious/noExplicitAny: the tests are what says which shape it has
  const entries: any[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await call(
      app,
      'GET',
      `/v1/members/${who.id}/log?limit=2${cursor && `&cursor=${cursor}`}`,
    )
    for (const entry of body.data) {
      const read = readEntry(entry)
      expect(read.ok && check.add(read.entry)).toBeUndefined()
    }
    entries.push(...body.data)
    cursor = body.nextCursor
  }
  return entries
}

test('alice signs what she writes, and anyone can take her log and check it', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const pen = penOf(alice)
  const bobs = await bob.writes('water?')
  const first = await pen.writes({ text: 'Rivers run. 🌊', tags: ['water', 'größe'] })
  expect(first.signed).toEqual({
    ...{ seq: 0, prev: NO_POST, hash: pen.prev, key: null },
    ...{ createdAt: expect.any(String), signature: expect.stringMatching(/^0x[0-9a-f]{130}$/) },
  })
  await alice.writes('not signed')
  await pen.writes({ kind: 'article', title: 'On water', text: '# Water', quoteOf: bobs.id })
  const comment = await pen.writes({ text: 'yes', replyTo: bobs.id })
  expect(comment).toMatchObject({ credited: '0', signed: { seq: 2 } })
  const entries = await log(alice)
  expect(entries.map(({ content }) => content.text)).toEqual(['Rivers run. 🌊', '# Water', 'yes'])
  expect(entries[2]).toMatchObject({ replyTo: bobs.id, hash: pen.prev, id: comment.id })
  const feed = (await call(app, 'GET', `/v1/members/${alice.id}/posts`)).body.data
  // biome-ignore lint/suspicious/noExplicitAny: as above
  expect(feed.map((post: any) => post.signed?.seq ?? null)).toEqual([1, null, 0])
})

test('a deleted post loses its text and stays a link of the chain', async () => {
  const alice = await person(app)
  const pen = penOf(alice)
  for (const text of ['one', 'two', 'three']) await pen.writes({ text })
  const [, two] = await log(alice)
  await alice.delete(`/v1/posts/${two.id}`)
  const entries = await log(alice)
  expect(entries.map(({ content }) => content?.text ?? null)).toEqual(['one', null, 'three'])
  expect(entries[1]).toEqual({ ...two, content: null })
  await pen.writes({ text: 'four' })
  expect(await log(alice)).toHaveLength(4)
})

test("who has not unlocked alice's article sees no text of it, and checks it all the same", async () => {
  const alice = await person(app)
  const { body } = await penOf(alice).body({ kind: 'article', text: 'worth it' })
  expect((await alice.post('/v1/posts', { ...body, price: '0.25' })).status).toBe(201)
  expect((await log(alice))[0].content).toBeNull()
  expect((await alice.get(`/v1/members/${alice.id}/log`)).body.data[0].content.text).toBe('worth it')
})

test('what does not fit is refused, and told what was expected', async () => {
  const [alice, mallory] = [await person(app), await person(app)]
  const pen = penOf(alice)
  const refused = async (body: object) => {
    const answer = await alice.post('/v1/posts', body)
    return `${answer.status} ${answer.body.code} ${answer.body.errors?.[0].pointer} ${answer.body.detail}`
  }
  const signedBy = async (change: object, wish = { text: 'hello' }) => (await pen.body(wish, change)).body
  expect(await refused(await signedBy({ seq: 1 }))).toContain(
    `422 invalid_seq #/signed/seq signed.seq: is 1, and the next has seq 0 and prev ${NO_POST}`,
  )
  expect(await refused(await signedBy({ prev: `0x${'ab'.repeat(32)}` }))).toContain(
    `422 invalid_prev #/signed/prev`,
  )
  const hour = new Date(Date.now() + 3_600_000).toISOString()
  expect(await refused(await signedBy({ createdAt: hour }))).toContain(
    '422 invalid_signed_at #/signed/createdAt',
  )
  const good = await signedBy({})
  expect(await refused({ ...good, text: 'hallo' })).toContain(`422 invalid_signature #/signed/signature`)
  expect(await refused({ ...good, tags: ['x'] })).toContain(`must be by ${alice.address}`)
  expect(
    await refused((await penOf(alice, mallory.wallet as Wallet).body({ text: 'hello' })).body),
  ).toContain('422 invalid_signature')
  expect((await mallory.post('/v1/posts', good)).body.code).toBe('invalid_signature')
  expect(await log(alice)).toEqual([])
  expect((await alice.post('/v1/posts', good)).status).toBe(201)
  expect(await refused(good)).toContain('422 invalid_seq')
})

test('of ten with the same seq at once one is the next, and the others are told so', async () => {
  const alice = await person(app)
  const pen = penOf(alice)
  const bodies = await Promise.all(Array.from({ length: 10 }, (_, i) => pen.body({ text: `version ${i}` })))
  const answers = await Promise.all(bodies.map(({ body }) => alice.post('/v1/posts', body)))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(422)])
  expect(answers.filter(({ status }) => status === 422).map(({ body }) => body.code)).toEqual(
    Array(9).fill('invalid_seq'),
  )
  expect(await log(alice)).toHaveLength(1)
  expect((await alice.get('/v1/me')).body.counts.posts).toBe(1)
})

test('what is refused otherwise does not carry the chain on', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const post = await bob.writes('hello')
  await bob.put(`/v1/members/${alice.id}/block`)
  const pen = penOf(alice)
  const { body } = await pen.body({ text: 'hi', replyTo: post.id })
  expect((await alice.post('/v1/posts', body)).body.code).toBe('blocked')
  await pen.writes({ text: 'then not' })
  expect(await log(alice)).toHaveLength(1)
})

test("alice's phone signs for her, until she revokes it", async () => {
  const alice = await person(app)
  const phone = new Wallet(Wallet.createRandom().privateKey)
  const pen = penOf(alice, phone)
  expect((await alice.post('/v1/posts', (await pen.body({ text: 'x' })).body)).body.code).toBe(
    'invalid_signature',
  )
  const wish = await keyBody(alice, phone)
  const added = await alice.post('/v1/me/posting-keys', wish)
  expect(added.status).toBe(201)
  expect(added.body).toMatchObject({ ...wish, revokedAt: null, lastSeq: null })
  // An answer that was lost: asked again, it is the same.
  expect((await alice.post('/v1/me/posting-keys', wish)).body).toEqual(added.body)
  expect((await pen.writes({ text: 'from the tram' })).signed.key).toBe(phone.address)
  expect((await alice.delete(`/v1/me/posting-keys/${added.body.id}`)).status).toBe(204)
  const listed = (await alice.get('/v1/me/posting-keys')).body.data
  expect(listed).toEqual([{ ...added.body, revokedAt: expect.any(String), lastSeq: 0 }])
  const late = await alice.post('/v1/posts', (await pen.body({ text: 'too late' })).body)
  expect([late.status, late.body.detail]).toEqual([422, expect.stringContaining('was revoked')])
  await alice.delete(`/v1/me/posting-keys/${added.body.id}`)
  expect((await alice.post('/v1/me/posting-keys', wish)).body.code).toBe('posting_key_exists')
  const [entry] = await log(alice)
  expect(entry.key).toMatchObject({ address: phone.address, lastSeq: 0 })
  // By her wallet the chain goes on.
  const byHand = penOf(alice)
  Object.assign(byHand, { seq: 1, prev: entry.hash })
  await byHand.writes({ text: 'by hand' })
  expect(await log(alice)).toHaveLength(2)
})

test('a key that is over signs nothing more', async () => {
  const alice = await person(app)
  const phone = new Wallet(Wallet.createRandom().privateKey)
  const { body } = await alice.post('/v1/me/posting-keys', await keyBody(alice, phone))
  await deps.db.pool.query("update posting_keys set not_after = now() - interval '1 minute' where id = $1", [
    body.id,
  ])
  const answer = await alice.post('/v1/posts', (await penOf(alice, phone).body({ text: 'x' })).body)
  expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining('is good until')])
})

test('whose keys, by whose word, how many and for how long', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const fresh = () => new Wallet(Wallet.createRandom().privateKey)
  const adds = async (body: object) => {
    const answer = await alice.post('/v1/me/posting-keys', body)
    return `${answer.status} ${answer.body.code ?? ''} ${answer.body.detail ?? ''}`
  }
  expect(await adds(await keyBody(alice, fresh(), 'phone', 30, bob.wallet))).toContain(
    '422 invalid_signature',
  )
  const another = await keyBody(alice, fresh())
  expect(await adds({ ...another, name: 'laptop' })).toContain('422 invalid_signature')
  expect(await adds(await keyBody(alice, fresh(), 'old', -1))).toContain('notAfter: must be ahead')
  expect(await adds(await keyBody(alice, fresh(), 'eternal', 367))).toContain('at most 366 days ahead')
  expect(await adds(await keyBody(alice, alice.wallet as Wallet))).toContain('address: is your wallet')
  const bodies = await Promise.all(Array.from({ length: 12 }, () => keyBody(alice, fresh())))
  const answers = await Promise.all(bodies.map(adds))
  expect(answers.filter((answer) => answer.startsWith('201'))).toHaveLength(10)
  expect(answers.filter((answer) => answer.startsWith('409 too_many_posting_keys'))).toHaveLength(2)
  const [{ id }] = (await alice.get('/v1/me/posting-keys')).body.data
  expect((await bob.delete(`/v1/me/posting-keys/${id}`)).status).toBe(404)
  const { body: key } = await alice.post('/v1/keys', { name: 'bot', scopes: ['read', 'post', 'act', 'pay'] })
  const byKey = await call(app, 'GET', '/v1/me/posting-keys', undefined, {
    authorization: `Bearer ${key.key}`,
  })
  expect([byKey.status, byKey.body.code]).toEqual([403, 'insufficient_scope'])
})

test('a post of a key and its revocation at once: it is in the chain and holds, or it is refused', async () => {
  const alice = await person(app)
  for (let round = 0; round < 5; round++) {
    const phone = new Wallet(Wallet.createRandom().privateKey)
    const { body: key } = await alice.post('/v1/me/posting-keys', await keyBody(alice, phone))
    const pen = penOf(alice, phone)
    const before = await log(alice)
    Object.assign(pen, { seq: before.length, prev: before.at(-1)?.hash ?? NO_POST })
    const { body } = await pen.body({ text: 'now or never' })
    const [posted] = await Promise.all([
      alice.post('/v1/posts', body),
      alice.delete(`/v1/me/posting-keys/${key.id}`),
    ])
    expect(await log(alice)).toHaveLength(before.length + (posted.status === 201 ? 1 : 0))
  }
})

test('a contract wallet signs by its own word, which its chain knows and nobody offline', async () => {
  const owner = new Wallet(Wallet.createRandom().privateKey)
  const safe = await deploy(chain, ownedBy(owner.address))
  const message = signInMessage(safe, await newNonce(app), { chainId: chain.chainId })
  const { body } = await call(app, 'POST', '/v1/auth/verify', {
    message,
    signature: await owner.signMessage(message),
  })
  const headers = { authorization: `Bearer ${body.token}` }
  const member = { id: body.member.id, address: safe, wallet: owner } as unknown as Person
  const wish = await penOf(member, owner, safe).body({ text: 'we are a contract' })
  const published = await call(app, 'POST', '/v1/posts', wish.body, headers)
  expect(published.body.signed).toMatchObject({ seq: 0, hash: wish.hash, key: null })
  await log(member, { contractWallet: true })
  await expect(log(member)).rejects.toThrow(`is not signed by ${safe.slice(0, 12)}`)
})
