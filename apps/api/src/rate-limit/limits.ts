import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../errors/problem.ts'
import { Buckets } from './buckets.ts'
import { addressKey, isLoopback } from './client-address.ts'
import type { Limit, Verdict } from './gcra.ts'

export const PER_MEMBER: Limit = { burst: 1_000, perSecond: 50 }
/** What one member may do to another's posts: enough for a long evening with somebody's work, too little for a machine. */
export const PER_PAIR: Limit = { burst: 300, perSecond: 5 }
/** Searches of a member, and of all who are not signed in from one address. A search costs more than another read. */
export const SEARCHES: Limit = { burst: 100, perSecond: 5 }
export const SEARCHES_PER_ADDRESS: Limit = { burst: 2_000, perSecond: 100 }
export const PER_ADDRESS: Limit = { burst: 20_000, perSecond: 1_000 }

export type Limits = {
  /** Counts a request against its client's address. @throws a problem `rate_limited` */
  address(request: FastifyRequest, reply: FastifyReply): void
  /** Counts a request against the member who sends it. @throws a problem `rate_limited` */
  member(memberId: string, reply: FastifyReply): void
  /** Counts an act of a member against whom it concerns. @throws a problem `rate_limited` */
  pair(actorId: string, otherId: string): void
  /** Counts a search against who asks. @throws a problem `rate_limited` */
  search(request: FastifyRequest): void
}

/**
 * The limits: two that every call is under, and one of what members do to each other's posts. The two with the headers `RateLimit-Policy` and `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers-11): `q` a full bucket, `w` the seconds in which an empty one fills, `r` what is
 * left, `t` the seconds until it is full.
 *
 * @param exemptLoopback on the embedded stack everybody comes from loopback
 * @param share has them counted together with the other processes of this API
 */
export function createLimits({
  now,
  exemptLoopback,
  perMember = PER_MEMBER,
  perAddress = PER_ADDRESS,
  perPair = PER_PAIR,
  searches = SEARCHES,
  searchesPerAddress = SEARCHES_PER_ADDRESS,
  share,
}: {
  now: () => number
  exemptLoopback: boolean
  perMember?: Limit
  perAddress?: Limit
  perPair?: Limit
  searches?: Limit
  searchesPerAddress?: Limit
  share?: ((limit: string, buckets: Buckets) => void) | undefined
}): Limits {
  const members = new Buckets(perMember, now)
  const addresses = new Buckets(perAddress, now)
  // Of each process by itself: there are too many pairs to tell the others of.
  const pairs = new Buckets(perPair, now, 100_000)
  const searchers = new Buckets(searches, now)
  const strangers = new Buckets(searchesPerAddress, now, 16_384)
  share?.('member', members)
  share?.('search', searchers)
  share?.('address', addresses)
  return {
    address(request, reply) {
      if (exemptLoopback && isLoopback(request.ip)) {
        announce(reply, 'address', perAddress, { remaining: perAddress.burst, fullInMs: 0 })
        return
      }
      enforce(reply, 'address', perAddress, addresses.take(addressKey(request.ip)))
    },
    member(memberId, reply) {
      enforce(reply, 'member', perMember, members.take(memberId))
    },
    pair(actorId, otherId) {
      if (actorId === otherId) return
      refuse('member towards another', perPair, pairs.take(actorId, otherId))
    },
    search(request) {
      if (request.viewer)
        return refuse('member in searches', searches, searchers.take(request.viewer.memberId))
      if (exemptLoopback && isLoopback(request.ip)) return
      refuse('address in searches', searchesPerAddress, strangers.take(addressKey(request.ip)))
    },
  }
}

function enforce(reply: FastifyReply, name: string, limit: Limit, verdict: Verdict): void {
  announce(reply, name, limit, verdict)
  refuse(name, limit, verdict)
}

function refuse(name: string, limit: Limit, verdict: Verdict): void {
  if (verdict.allowed) return
  throw problem(
    'rate_limited',
    `More than ${limit.burst} at once or ${limit.perSecond} a second from this ${name}.`,
    { retryAfterSeconds: verdict.retryInMs / 1000 },
  )
}

/** Both limits stand in one header each, as a list (RFC 9651). */
function announce(
  reply: FastifyReply,
  name: string,
  limit: Limit,
  { remaining, fullInMs }: { remaining: number; fullInMs: number },
): void {
  append(
    reply,
    'ratelimit-policy',
    `"${name}";q=${limit.burst};w=${Math.ceil(limit.burst / limit.perSecond)}`,
  )
  append(reply, 'ratelimit', `"${name}";r=${remaining};t=${Math.ceil(fullInMs / 1000)}`)
}

function append(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header)
  reply.header(header, before === undefined ? item : `${before}, ${item}`)
}
