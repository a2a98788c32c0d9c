import type { Pool } from '@rivulet/db'
import type { Chain } from '../chain.ts'
import type { Call } from '../client.ts'
import type { Member, Network, WalletAnswer } from '../member.ts'
import type { Answer, Deed, Terms } from '../reckoning/deeds.ts'

/**
 * People who live in a network through its API, what they call what is theirs, and the log of what they did. Each of them
 * does one thing after another; whatever was refused is thrown and not in the log.
 */
export type Life = {
  url: string
  /** The API, to somebody who is not signed in. */
  stranger: Call
  network: Network
  terms: Terms
  chain: Chain
  database: Pool
  people: Map<string, Member>
  /** What it is called → its id. */
  posts: Map<string, string>
  campaigns: Map<string, string>
  /** `who post` → id of their repost of it. */
  reposts: Map<string, string>
  deeds: Deed[]
  /** One per deed. */
  answers: Answer[]
  /** In which period an act or a view was counted, as far as it was asked. */
  periods: Map<Deed, bigint>
}

export function newLife(
  place: Pick<Life, 'url' | 'stranger' | 'network' | 'terms' | 'chain' | 'database'>,
): Life {
  return {
    ...place,
    ...{ people: new Map(), posts: new Map(), campaigns: new Map(), reposts: new Map() },
    ...{ deeds: [], answers: [], periods: new Map() },
  }
}

export function person(life: Life, name: string): Member {
  return known(life.people, name)
}

export function postId(life: Life, post: string): string {
  return known(life.posts, post)
}

export function known<T>(names: ReadonlyMap<string, T>, name: string): T {
  const found = names.get(name)
  if (found === undefined) throw new Error(`nothing here is called ${name}`)
  return found
}

/** Logs what was done, and what it was answered. */
export function note(life: Life, deed: Deed, answer: Answer = {}): Answer {
  life.deeds.push(deed)
  life.answers.push(answer)
  return answer
}

export const walletOf = (member: Member) => member.call<WalletAnswer>('GET', '/v1/wallet')
