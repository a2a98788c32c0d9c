import type { Pool } from '@rivulet/db'
import type { Chain } from '../outside/chain.ts'
import type { Call } from '../outside/client.ts'
import { decimalOf } from '../outside/decimal.ts'
import type { Member, Network, WalletAnswer } from '../outside/member.ts'
import type { Answer, Deed } from '../outside/reckoning/deeds.ts'
import type { Tale } from '../outside/tale.ts'

/** Where the story plays, and what has happened in it so far. */
export type World = {
  url: string
  /** The API, to somebody who is not signed in. */
  stranger: Call
  network: Network
  chain: Chain
  database: Pool
  tale: Tale
  people: Map<string, Member>
  /** What is told of → its id. */
  posts: Map<string, string>
  deeds: Deed[]
  /** One per deed. */
  answers: Answer[]
}

export function person(world: World, name: string): Member {
  const member = world.people.get(name)
  if (!member) throw new Error(`nobody is called ${name}`)
  return member
}

export function postId(world: World, post: string): string {
  const id = world.posts.get(post)
  if (!id) throw new Error(`${post} was not written`)
  return id
}

/** Notes a deed with what it was answered, and tells it: who did it, what it moved, and between whom. */
export function note(
  world: World,
  deed: Deed,
  answer: Answer,
  told: { text: string; amount?: bigint; between?: string },
): void {
  world.deeds.push(deed)
  world.answers.push(answer)
  const amount = told.amount === undefined ? '' : decimalOf(told.amount)
  world.tale.line(`  ${told.text.padEnd(52)} ${amount.padStart(14)}  ${told.between ?? ''}`.trimEnd())
}

export const walletOf = (member: Member) => member.call<WalletAnswer>('GET', '/v1/wallet')
