import { Resolver, lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'

export type Resolved = { address: string; family: 4 | 6 }[]

/** Finds all addresses of a name. Rejects, or answers none, when it has none. */
export type Resolve = (name: string) => Promise<Resolved>

/** An address that a request must not go to. */
export class NotPublic extends Error {
  override name = 'NotPublic'
}

/** A name without an address. */
export class Unresolved extends Error {
  override name = 'Unresolved'
}

/**
 * The `lookup` of a request: asks for all addresses of a name, once, and gives them on only if every one is allowed. The
 * socket connects to what was looked at here and asks nobody again, so that a name cannot change in between.
 */
export function guardedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (name, options, callback) => {
    const find = async () => {
      const found = await resolve(name).catch(() => [])
      if (found.length === 0) throw new Unresolved(`${name} has no address`)
      if (!found.every(({ address }) => isAllowed(address))) throw new NotPublic(`${name} is not public`)
      return found
    }
    find().then(
      (found) => {
        if (options.all) return callback(null, found)
        callback(null, (found[0] as Resolved[number]).address, (found[0] as Resolved[number]).family)
      },
      (error: Error) => callback(error, [] as never),
    )
  }
}

/**
 * Asks DNS itself, with its own sockets: the system's resolver has four threads for the whole process, and a receiver
 * whose name server is slow would have them all.
 */
export function dnsResolve(timeoutMs: number): Resolve {
  return async (name) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    const of = (found: PromiseSettledResult<string[]>, family: 4 | 6) =>
      found.status === 'fulfilled' ? found.value.map((address) => ({ address, family })) : []
    return [...of(four, 4), ...of(six, 6)]
  }
}

/** As the system does, so that names of this machine's own are found. */
export const systemResolve: Resolve = (name) => systemLookup(name, { all: true }) as Promise<Resolved>
