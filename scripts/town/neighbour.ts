import { type Client, createClient, ok, ProblemError } from '@rivulet/sdk'
import type { HDNodeWallet } from 'ethers'
import { handleOf, type Name, PEOPLE, profileOf, walletsOf } from './people.ts'

/** One of the town's people, signed in. */
export type Neighbour = { name: Name; id: string; wallet: HDNodeWallet; client: Client }

/** All of them, in the order of `PEOPLE`. */
export type Neighbours = ReadonlyMap<Name, Neighbour>

/** @throws Error for somebody who is not there, which no word of the town's should ask for */
export function named(neighbours: Neighbours, name: Name): Neighbour {
  const found = neighbours.get(name)
  if (!found) throw new Error(`${name} has not signed in`)
  return found
}

/** A client that asks once, and nothing after the signal: whoever lives the town looks what is there before they try again. */
export function clientOf(url: string, signal: AbortSignal): Client {
  return createClient({ url, retry: { retries: 0 }, fetch: (request) => fetch(request, { signal }) })
}

/** Signs everybody in, and says on their pages who they are and that they are made up. */
export async function signInAll(url: string, signal: AbortSignal): Promise<Neighbours> {
  const wallets = walletsOf()
  const neighbours = new Map<Name, Neighbour>()
  for (const person of PEOPLE) {
    const wallet = wallets.get(person.name) as HDNodeWallet
    const client = clientOf(url, signal)
    const { member } = await client.signIn(wallet, { statement: `I am ${person.called}, a demo member.` })
    const profile = profileOf(person)
    const handle = handleOf(person.name)
    if (member.handle !== handle) await takeHandle(client, handle)
    if (member.displayName !== profile.displayName || member.bio !== profile.bio)
      ok(await client.PATCH('/v1/me', { body: profile }))
    neighbours.set(person.name, { name: person.name, id: member.id, wallet, client })
  }
  return neighbours
}

/** Somebody else may have it by now: then one goes without, and the mark is in the name all the same. */
async function takeHandle(client: Client, handle: string): Promise<void> {
  const { error } = await client.PATCH('/v1/me', { body: { handle } })
  if (error && !error.code.startsWith('handle_')) throw new Error(`${handle} was refused: ${error.code}`)
}

/**
 * What was answered; undefined where the rules said no, by one of these codes.
 *
 * @throws ProblemError for every other refusal
 */
export function unless<Data>(
  codes: readonly string[],
  answer: { data?: Data; error?: unknown; response: Response },
): Data | undefined {
  try {
    return ok(answer)
  } catch (error) {
    if (error instanceof ProblemError && codes.includes(error.code)) return undefined
    throw error
  }
}
