import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { call, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { isAllowedIp, readAllowedIp } from './allowed-ips.ts'

const { app, deps } = await world({ TRUST_PROXY_HOPS: '1' })
let alice: Person
beforeAll(async () => {
  alice = await person(app)
})

/** Asks by a key through the proxy, which has taken the request from this address. */
const from = (key: string, forwarded: string, url = '/v1/me') =>
  call(app, 'GET', url, undefined, { authorization: `Bearer ${key}`, 'x-forwarded-for': forwarded })

async function keyFor(...allowedIps: string[]) {
  const made = await alice.post('/v1/keys', { name: 'at home', scopes: ['read'], allowedIps })
  expect(made.status).toBe(201)
  return made.body
}

test("alice's key works at home, of either family, and nowhere else", async () => {
  const { key, id, allowedIps } = await keyFor(
    ...['203.0.113.7', '2001:DB8:1::/48', '::ffff:198.51.100.0/120', '203.0.113.7'],
  )
  expect(allowedIps).toEqual(['203.0.113.7', '2001:db8:1::/48', '198.51.100.0/24'])
  expect((await alice.get('/v1/keys')).body.data[0]).toMatchObject({ id, allowedIps })
  for (const home of [
    ...['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:CB00:7107', '2001:db8:1:ffff::1', '198.51.100.255'],
    '::ffff:198.51.100.1',
  ])
    expect([home, (await from(key, home)).status]).toEqual([home, 200])
  for (const away of ['203.0.113.8', '2001:db8:2::1', '198.51.101.0', '::ffff:203.0.113.8', 'nowhere']) {
    const refused = await from(key, away)
    expect([away, refused.status, refused.body.code]).toEqual([away, 403, 'ip_not_allowed'])
  }
  expect((await from(key, '203.0.113.8')).body.detail).toContain('203.0.113.8')
})

test('only the address the proxy saw counts, whatever the client says before it', async () => {
  const { key } = await keyFor('203.0.113.7')
  expect((await from(key, '203.0.113.7, 192.0.2.66')).body.code).toBe('ip_not_allowed')
  expect((await from(key, '192.0.2.66, 203.0.113.7')).status).toBe(200)
})

test('what is refused for its address is no use of the key, and of no scope either', async () => {
  const { key, id } = await keyFor('203.0.113.7')
  expect((await from(key, '192.0.2.66', '/v1/keys')).body.code).toBe('ip_not_allowed')
  expect((await from(key, '192.0.2.66', '/v1/feeds/latest')).body.code).toBe('ip_not_allowed')
  // Another key of hers that is used after it has been written: so would this one have been.
  const other = await keyFor('192.0.2.66')
  expect((await from(other.key, '192.0.2.66')).status).toBe(200)
  const lastUse = async (keyId: string) =>
    (await deps.db.pool.query('select last_used_at from api_keys where id = $1', [keyId])).rows[0]
      .last_used_at
  await expect.poll(() => lastUse(other.id), { timeout: 20_000 }).not.toBeNull()
  expect(await lastUse(id)).toBeNull()
})

test.each([
  ['192.0.2.1/32', '192.0.2.1'],
  ['2001:db8::0:1/128', '2001:db8::1'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['::ffff:c000:0201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.0/112', '192.0.2.0/16'],
  // Around the mapped addresses, or not to be understood.
  ...[
    '::ffff:192.0.2.0/95',
    '192.0.2.1/33',
    '192.0.2.1/08',
    '192.0.2.1/',
    '192.0.2.1/24/8',
    '2001:db8::/129',
  ].map((wrong) => [wrong, undefined] as const),
  ...['fe80::1%eth0', '192.0.2', '192.0.2.01', '', ' 192.0.2.1', '192.0.2.1/-1', 'localhost', '*'].map(
    (wrong) => [wrong, undefined] as const,
  ),
] as [string, string | undefined][])('%j is kept as %j', (text, kept) => {
  expect(readAllowedIp(text)).toBe(kept)
})

test('a block around all mapped addresses is one of IPv6, and lets no IPv4 in', () => {
  for (const block of ['::/0', '::/64']) {
    expect(isAllowedIp([block], '192.0.2.1')).toBe(false)
    expect(isAllowedIp([block], '::ffff:192.0.2.1')).toBe(false)
    expect(isAllowedIp([block], '::1')).toBe(true)
  }
  expect(isAllowedIp(['fe80::/10'], 'fe80::1%eth0')).toBe(true)
})

test('an IPv4 block lets in the addresses that agree with it in its first bits, plain and mapped', () => {
  const octets = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255)))
  const bitsOf = (parts: number[]) => parts.map((part) => part.toString(2).padStart(8, '0')).join('')
  fc.assert(
    fc.property(octets, octets, fc.nat(32), fc.nat(32), (block, stranger, prefix, agree) => {
      // Half the neighbours agree in enough bits: those of the block itself with the tail of another.
      const bits = bitsOf(block).slice(0, agree) + bitsOf(stranger).slice(agree)
      const ip = (bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)).join('.')
      const kept = readAllowedIp(`${block.join('.')}/${prefix}`)
      const inside = bits.slice(0, prefix) === bitsOf(block).slice(0, prefix)
      expect(isAllowedIp([kept ?? ''], ip)).toBe(inside)
      expect(isAllowedIp([kept ?? ''], `::ffff:${ip}`)).toBe(inside)
    }),
  )
})
