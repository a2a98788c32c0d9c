import { getAddress } from 'ethers'
import { SiweMessage } from 'siwe'

/** What a sign-in message must be addressed to. */
export type Audience = { domain: string; uri: string; scheme: string; chainId: number }

export type SignInMessage = { address: string; nonce: string; fault?: 'domain_mismatch' | 'expired' }

/**
 * Reads an EIP-4361 message and checks everything in it that needs neither the database nor the chain.
 *
 * @returns undefined when it is no such message: the text must be exactly what its fields write, so that what the
 * wallet showed is what was meant. A message for another domain, URI or chain is `domain_mismatch`; one whose
 * Expiration Time is over or whose Not Before is ahead is `expired`.
 */
export function readMessage(text: string, audience: Audience, nowMs: number): SignInMessage | undefined {
  const message = parse(text)
  if (!message) return undefined
  const { address, nonce } = message
  if (!isForUs(message, audience)) return { address, nonce, fault: 'domain_mismatch' }
  if (!isOfNow(message, nowMs)) return { address, nonce, fault: 'expired' }
  return { address, nonce }
}

function parse(text: string): SiweMessage | undefined {
  try {
    const message = new SiweMessage(text)
    const exact =
      message.toMessage() === text &&
      message.version === '1' &&
      getAddress(message.address) === message.address
    return exact ? message : undefined
  } catch {
    return undefined
  }
}

function isForUs(message: SiweMessage, { domain, uri, scheme, chainId }: Audience): boolean {
  return (
    message.domain === domain &&
    (message.scheme === undefined || message.scheme === scheme) &&
    sameUrl(message.uri, uri) &&
    message.chainId === chainId
  )
}

/** `https://example.org` and `https://example.org/` are one. */
function sameUrl(a: string, b: string): boolean {
  return URL.canParse(a) && new URL(a).href === new URL(b).href
}

function isOfNow({ expirationTime, notBefore }: SiweMessage, nowMs: number): boolean {
  if (expirationTime !== undefined && !(nowMs < Date.parse(expirationTime))) return false
  return notBefore === undefined || Date.parse(notBefore) <= nowMs
}

/** The audience this deployment's messages have: made of PUBLIC_URL, never of a request's Host header. */
export function audienceOf(config: { publicUrl: string; chain: { id: number } }): Audience {
  const { host, protocol } = new URL(config.publicUrl)
  return { domain: host, uri: config.publicUrl, scheme: protocol.slice(0, -1), chainId: config.chain.id }
}
