import { isIP } from 'node:net'

/**
 * The key a client's address is limited by: an IPv4 address as it is, an IPv6 address by its /64, since that is what
 * one customer is given.
 */
export function addressKey(ip: string): string {
  const plain = ip.startsWith('::ffff:') && isIP(ip.slice(7)) === 4 ? ip.slice(7) : ip
  if (isIP(plain) !== 6) return isIP(plain) === 4 ? plain : 'unknown'
  return `${groups(plain.split('%')[0] ?? plain)
    .slice(0, 4)
    .join(':')}::/64`
}

export function isLoopback(ip: string): boolean {
  const plain = ip.startsWith('::ffff:') ? ip.slice(7) : ip
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** The eight groups of an IPv6 address, `::` written out. */
function groups(ip: string): string[] {
  const [head = '', tail] = ip.split('::')
  const left = head ? head.split(':') : []
  if (tail === undefined) return left.map(canonical)
  const right = tail ? tail.split(':') : []
  return [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right].map(canonical)
}

function canonical(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '')
}
