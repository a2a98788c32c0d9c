import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAllowedAddress, literalAddress, readWebhookUrl } from './address.ts'
import { reachFrom } from './reach.ts'

const publicly = { toPrivate: false, ports: [443] }
const privately = { toPrivate: true, ports: [443] }

/** What is wrong with a url, or the address or name it is at. */
const read = (text: string, reach: Parameters<typeof readWebhookUrl>[1] = publicly) => {
  const result = readWebhookUrl(text, reach)
  return result.ok ? result.url.host : result.detail
}

test.each([
  'https://bot.example.com/rivulet?for=alice',
  'https://bot.example.com:443/',
  'https://BÜCHER.example.com/',
  'https://93.184.216.34/hook',
  'https://[2606:4700:4700::1111]/hook',
  'https://0x5d.0xb8.0xd8.0x22/',
])('%s may be told', (url) => {
  expect(readWebhookUrl(url, publicly)).toMatchObject({ ok: true })
})

/** Of IANA's registries of special addresses, and the ways to write them (OWASP, "SSRF Prevention"). */
const NOT_PUBLIC = [
  // IPv4, as it is.
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.0.1'],
  ...[
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
  ],
  // The same in decimal, octal, hex, and short.
  ...['2130706433', '0x7f000001', '017700000001', '0177.0.0.1', '0x7f.1', '127.1', '127.0.1', '0', '0x0'],
  ...[
    '3232235521',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '127.0.0.1.',
    '１２７.０.０.１',
    '127。0。0。1',
  ],
  // IPv6, and IPv4 within it.
  ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:8.8.8.8]'],
  ...['[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b::808:808]'],
  ...[
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2002:808:808::1]',
    '[2001::1]',
    '[2001:db8::1]',
    '[3fff::1]',
  ],
  ...[
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[100::1]',
    '[5f00::1]',
  ],
  ...['[4000::1]', '[2001:2::1]', '[2001:10::1]', '[2001:20::1]', '[2001:3::1]'],
]

test.each(NOT_PUBLIC)('https://%s/ is refused for its address', (host) => {
  expect(read(`https://${host}/`)).toMatch(/^must be at a public address; .* is none$/)
  // And where a name leads there.
  const address = literalAddress(new URL(`https://${host}/`)) as string
  expect(isAllowedAddress(address, publicly)).toBe(false)
})

test('no address of theirs is left out by how it is written', () => {
  expect(NOT_PUBLIC.length).toBeGreaterThan(40)
})

test.each([
  ['http://bot.example.com/', 'must begin with https://'],
  ['ftp://bot.example.com/', 'must begin with https://'],
  ['file:///etc/passwd', 'must begin with https://'],
  ['javascript:alert(1)', 'must begin with https://'],
  ['//bot.example.com/', 'must be a URL'],
  ['bot.example.com', 'must be a URL'],
  ['https://', 'must be a URL'],
  ['https://[fe80::1%25eth0]/', 'must be a URL'],
  ['https://256.256.256.256/', 'must be a URL'],
  ['https://alice@bot.example.com/', 'must not carry a name or password'],
  ['https://alice:hush@bot.example.com/', 'must not carry a name or password'],
  ['https://bot.example.com@127.0.0.1/', 'must not carry a name or password'],
  ['https://bot.example.com/#here', 'must not have a fragment'],
  ['https://bot.example.com:8443/', 'must be at port 443, not 8443'],
  ['https://bot.example.com:22/', 'must be at port 443, not 22'],
  ['https://localhost/', 'must be at a public name'],
  ['https://LOCALHOST./', 'must be at a public name'],
  ['https://db.localhost/', 'must be at a public name'],
  ['https://printer.local/', 'must be at a public name'],
  ['https://metadata.google.internal/', 'must be at a public name'],
  ['https://router.home.arpa/', 'must be at a public name'],
  ['https://postgres/', 'must be at a public name'],
  [`https://bot.example.com/${'a'.repeat(2_048)}`, 'must have 2048 characters at most'],
])('%s is refused: %s', (url, detail) => {
  expect(read(url)).toContain(detail)
})

test('a port that is configured may be named, and then no other', () => {
  const reach = reachFrom({ WEBHOOKS_PORTS: '443, 8443' })
  expect(reach).toEqual({ toPrivate: false, ports: [443, 8443] })
  expect(read('https://bot.example.com:8443/', reach)).toBe('bot.example.com:8443')
  expect(read('https://bot.example.com:8080/', reach)).toBe('must be at port 443 or 8443, not 8080')
  for (const bad of ['', '0', '65536', '443,', 'all'])
    expect(() => reachFrom({ WEBHOOKS_PORTS: bad })).toThrow('WEBHOOKS_PORTS')
  expect(() => reachFrom({ WEBHOOKS_TO_PRIVATE: 'perhaps' })).toThrow('WEBHOOKS_TO_PRIVATE')
})

test('on a laptop a receiver may be there too, and by http only there', () => {
  for (const url of [
    ...['http://127.0.0.1:4000/hook', 'http://localhost:4000/', 'http://[::1]:4000/', 'http://127.1:4000/'],
    ...[
      'https://192.168.1.7:8443/',
      'https://10.0.0.1/',
      'https://[fd00::1]/',
      'https://nas.local/',
      'https://bot/',
    ],
  ])
    expect([url, readWebhookUrl(url, privately).ok]).toEqual([url, true])
  for (const url of [
    'http://192.168.1.7/',
    'http://bot.example.com/',
    'http://93.184.216.34/',
    'http://localhost.example.com/',
  ])
    expect(read(url, privately)).toBe('must begin with https:// unless it is at localhost')
  for (const url of [
    'https://169.254.169.254/',
    'https://0.0.0.0/',
    'https://224.0.0.1/',
    'https://[fe80::1]/',
  ])
    expect(read(url, privately)).toContain('must be at a public address')
})

test('no IPv4 address becomes public by being put into an IPv6 one', () => {
  const hex = (n: number) => n.toString(16)
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(0xffff), (high, low) => {
      for (const written of [
        ...[
          `::ffff:${hex(high)}:${hex(low)}`,
          `::${hex(high)}:${hex(low)}`,
          `::ffff:0:${hex(high)}:${hex(low)}`,
        ],
        ...[
          `64:ff9b::${hex(high)}:${hex(low)}`,
          `2002:${hex(high)}:${hex(low)}::1`,
          `2001:0:${hex(high)}:${hex(low)}::`,
        ],
      ])
        expect([written, isAllowedAddress(written, publicly)]).toEqual([written, false])
    }),
  )
})

test('what is no address at all is none to go to', () => {
  for (const text of ['', 'localhost', '127.0.0.1:80', '[::1]', '1.2.3.4.5', ' 8.8.8.8'])
    expect(isAllowedAddress(text, privately)).toBe(false)
})
