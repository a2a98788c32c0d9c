import { expect, test } from 'vitest'
import { call, newNonce, type Person, person, signInMessage } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const alice = await person(app)

const log = async (who: Person) => (await who.get('/v1/me/security-log?limit=100')).body.data
const acts = async (who: Person) => (await log(who)).map((one: { act: string }) => one.act).toReversed()

async function signsInAgain(who: Person): Promise<string> {
  const message = signInMessage(who.address, await newNonce(app))
  const signature = await who.wallet.signMessage(message)
  return (await call(app, 'POST', '/v1/auth/verify', { message, signature })).body.token
}

test('what alice does to her keys, sessions and secret is in her log, once each, with its request', async () => {
  const { body: key } = await alice.post('/v1/keys', {
    name: 'bot',
    scopes: ['read'],
    allowedIps: ['127.0.0.1'],
  })
  const rotated = await alice.post(`/v1/keys/${key.id}/rotate`, { graceSeconds: 0 })
  for (let i = 0; i < 2; i++) expect((await alice.delete(`/v1/keys/${key.id}`)).status).toBe(204)
  const secret = await alice.get('/v1/me/exit-secret')
  await signsInAgain(alice)
  const others = (await alice.get('/v1/me/sessions')).body.data.filter(
    (one: { current: boolean }) => !one.current,
  )
  for (const status of [204, 404])
    expect((await alice.delete(`/v1/me/sessions/${others[0].id}`)).status).toBe(status)
  await signsInAgain(alice)
  for (let i = 0; i < 2; i++) expect((await alice.delete('/v1/me/sessions')).status).toBe(204)

  expect(await acts(alice)).toEqual([
    ...[
      'key.make',
      'key.rotate',
      'key.revoke',
      'exit_secret.show',
      'session.revoke',
      'session.revoke_others',
    ],
  ])
  const [, revoked] = await log(alice)
  expect(revoked).toMatchObject({ subject: { type: 'session', id: others[0].id } })
  const shown = (await log(alice)).find((one: { act: string }) => one.act === 'exit_secret.show')
  expect(shown.requestId).toBe(secret.headers['x-request-id'])
  expect(shown.subject).toEqual({ type: 'member', id: alice.id })
  // Nothing in it opens anything.
  const { rows } = await deps.db.pool.query('select * from audit_log where actor_id = $1', [alice.id])
  for (const what of [key.key, rotated.body.key, secret.body.exitSecret, alice.token])
    expect(JSON.stringify(rows)).not.toContain(what)
})

test('what was refused is not in it, and nobody reads another one, or any by a key', async () => {
  const bob = await person(app)
  const { body: key } = await bob.post('/v1/keys', { name: 'bot', scopes: ['read', 'post', 'act', 'pay'] })
  const { body: hers } = await alice.post('/v1/keys', { name: 'hers', scopes: ['read'] })
  expect((await bob.delete(`/v1/keys/${hers.id}`)).status).toBe(404)
  expect((await bob.post(`/v1/keys/${hers.id}/rotate`, {})).status).toBe(404)
  expect(await acts(bob)).toEqual(['key.make'])
  const byKey = await call(app, 'GET', '/v1/me/security-log', undefined, {
    authorization: `Bearer ${key.key}`,
  })
  expect([byKey.status, byKey.body.code]).toEqual([403, 'insufficient_scope'])
  expect((await call(app, 'GET', '/v1/me/security-log')).status).toBe(401)
})
