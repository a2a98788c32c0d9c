import { BlockList, isIP, SocketAddress } from 'node:net'

/** Most addresses and blocks of a key. */
export const MOST_IPS = 20

const MAPPED = '::ffff:'

/**
 * An address as it is compared: without a zone, and an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), however it is
 * written, as the IPv4 address it is. Undefined when it is no address.
 */
function plain(text: string): { address: string; family: 'ipv4' | 'ipv6'; mapped: boolean } | undefined {
  const [ip = ''] = text.split('%')
  const kind = isIP(ip)
  if (kind === 0) return undefined
  if (kind === 4) return { address: ip, family: 'ipv4', mapped: false }
  const { address } = new SocketAddress({ address: ip, family: 'ipv6' })
  const inside = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : ''
  if (isIP(inside) === 4) return { address: inside, family: 'ipv4', mapped: true }
  return { address, family: 'ipv6', mapped: false }
}

/**
 * An address or CIDR block (RFC 4632, RFC 4291 §2.3) in the one way it is kept; undefined when it is neither. A block of
 * IPv4-mapped addresses is one of IPv4. What stands behind the prefix does not count, and stays as it was written.
 */
export function readAllowedIp(text: string): string | undefined {
  const [ip = '', prefix, ...rest] = text.split('/')
  const found = ip.includes('%') ? undefined : plain(ip)
  if (!found || rest.length > 0) return undefined
  if (prefix === undefined) return found.address
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined
  const bits = Number(prefix) - (found.mapped ? 96 : 0)
  const most = found.family === 'ipv4' ? 32 : 128
  if (bits < 0 || bits > most) return undefined
  return bits === most ? found.address : `${found.address}/${bits}`
}

/** A family each: node:net would let an IPv6 block around `::ffff:0:0/96` stand for all of IPv4. */
type Lists = Record<'ipv4' | 'ipv6', BlockList>

const MOST_REMEMBERED = 1_000
const remembered = new Map<string, Lists>()

/**
 * Whether a request from this address may be made by a key.
 * @param allowed as `readAllowedIp` writes them; none: from anywhere
 * @param ip the client's address, as the limits count it
 */
export function isAllowedIp(allowed: readonly string[], ip: string): boolean {
  if (allowed.length === 0) return true
  const client = plain(ip)
  return client !== undefined && listsOf(allowed)[client.family].check(client.address, client.family)
}

function listsOf(allowed: readonly string[]): Lists {
  const name = allowed.join(' ')
  const known = remembered.get(name)
  if (known) return known
  const lists: Lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const one of allowed) {
    const [address = '', prefix] = one.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (prefix === undefined) lists[family].addAddress(address, family)
    else lists[family].addSubnet(address, Number(prefix), family)
  }
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(name, lists)
  return lists
}
