import ipaddr from 'ipaddr.js'

/** Most characters of a webhook's url. */
export const MOST_URL_CHARS = 2_048

/** Where webhooks may point. */
export type Reach = {
  /** Also to this machine and its network, and by http to this machine: for a developer's own receiver. */
  toPrivate: boolean
  /** Ports that may be named; whatever they are when `toPrivate`. */
  ports: readonly number[]
}

/** What the Internet's addresses of today are in (RFC 4291 §2.4, IANA "IPv6 Global Unicast Address Assignments"). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3')

/** What a developer's own network is made of. */
const PRIVATE = ['private', 'uniqueLocal', 'loopback', 'carrierGradeNat']

/**
 * Whether a request may go to this address. Public are those of the Internet and nothing else: no IPv6 address that has
 * an IPv4 one inside (mapped, compatible, NAT64, 6to4, Teredo), whatever that one is.
 * @param address IPv4 or IPv6 as the resolver or the URL parser writes it, without brackets
 */
export function isAllowedAddress(address: string, { toPrivate }: Pick<Reach, 'toPrivate'>): boolean {
  if (!ipaddr.isValid(address)) return false
  return isPublic(ipaddr.parse(address)) || (toPrivate && PRIVATE.includes(ipaddr.process(address).range()))
}

/** Whether an address is of this machine. */
export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_IPV6)
}

/** The address that a URL names itself, without asking DNS; undefined when it is a name. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return ipaddr.isValid(host) ? host : undefined
}

/** Names that are of no public host: RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of `internal`. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|home\.arpa|test|invalid|example|onion)$/

export type UrlFault = { ok: false; detail: string }

/**
 * Reads the url of a webhook, as far as that goes without DNS: what it names is looked at again when it is connected to.
 * `detail` says what is wrong with it, and what to do.
 */
export function readWebhookUrl(text: string, reach: Reach): { ok: true; url: URL } | UrlFault {
  const wrong = (detail: string): UrlFault => ({ ok: false, detail })
  if (text.length > MOST_URL_CHARS) return wrong(`must have ${MOST_URL_CHARS} characters at most`)
  if (!URL.canParse(text)) return wrong('must be a URL, e.g. https://bot.example.com/rivulet')
  const url = new URL(text)
  const isPlain = url.protocol === 'http:' && reach.toPrivate
  if (url.protocol !== 'https:' && !isPlain) return wrong('must begin with https://')
  if (url.username !== '' || url.password !== '')
    return wrong('must not carry a name or password: what is sent is signed, check that')
  if (url.hash !== '') return wrong('must not have a fragment (#…): it is never sent')
  const port = Number(url.port || 443)
  if (!reach.toPrivate && !reach.ports.includes(port))
    return wrong(`must be at port ${reach.ports.join(' or ')}, not ${port}`)
  const address = literalAddress(url)
  if (address !== undefined && !isAllowedAddress(address, reach))
    return wrong(`must be at a public address; ${address} is none`)
  const name = url.hostname.replace(/\.$/, '')
  if (address === undefined && !reach.toPrivate && (!name.includes('.') || LOCAL_NAME.test(name)))
    return wrong(`must be at a public name; ${name} is none`)
  if (isPlain && !(address === undefined ? name === 'localhost' : isLoopbackAddress(address)))
    return wrong('must begin with https:// unless it is at localhost')
  return { ok: true, url }
}
