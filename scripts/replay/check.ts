import type { Pool } from '@rivulet/db'
import { booksOf, periodsOf } from '../outside/books.ts'
import type { Chain } from '../outside/chain.ts'
import { each } from '../outside/each.ts'
import { checkHouse, checkMember, Figures } from '../outside/figures.ts'
import type { Member, WalletAnswer } from '../outside/member.ts'
import type { Answer, Deed, Terms } from '../outside/reckoning/deeds.ts'
import { expectedOf, type Outcome } from '../outside/reckoning/expected.ts'
import { nothingHeld } from '../outside/reckoning/state.ts'

export type Lives = {
  terms: Terms
  members: ReadonlyMap<string, Member>
  /** What is told of → its id. */
  posts: ReadonlyMap<string, string>
  deeds: readonly Deed[]
  /** What was answered, by the index of the deed. */
  answers: ReadonlyMap<number, Answer>
}

/** What must have come of it all. */
export async function reckon(lives: Lives, database: Pool): Promise<Outcome> {
  const { terms, members, posts, deeds } = lives
  const names = {
    member: inverse([...members].map(([name, { id }]) => [name, id])),
    post: inverse([...posts]),
  }
  return expectedOf(deeds, terms, await periodsOf(database, names))
}

/** Compares every answer, every wallet by the API, the books and the chain, and every post with the reckoning. */
export async function check(lives: Lives, expected: Outcome, chain: Chain, database: Pool): Promise<Figures> {
  const figures = new Figures()
  for (const [index, seen] of lives.answers) {
    const answer = expected.answers[index]
    const deed = lives.deeds[index]
    const what = `deed ${index + 1} (${deed?.did})`
    figures.money(`credited of ${what}`, answer?.credited ?? 0n, seen.credited)
    figures.same(`unfunded of ${what}`, answer?.unfunded ?? false, seen.unfunded)
  }

  const books = await booksOf(database)
  await each([...lives.members.values()], 32, async (member) => {
    const [answer, wallet] = await Promise.all([
      member.call<WalletAnswer>('GET', '/v1/wallet'),
      chain.balanceOf(member.wallet.address),
    ])
    const holding = expected.holdings.get(member.name) ?? nothingHeld()
    checkMember(figures, member.name, holding, { id: member.id, answer, wallet }, books)
  })

  const { rows } = await database.query<{ id: string; likes: number; comments: number; earned: bigint }>(
    `select id, likes_count as likes, comments_count as comments, earned from posts where reply_to is null`,
  )
  const seen = new Map(rows.map((row) => [row.id, row]))
  for (const [name, post] of expected.posts) {
    const row = seen.get(lives.posts.get(name) ?? '')
    figures.same(`likes of the post ${name}`, post.likes, row?.likes)
    figures.same(`comments on the post ${name}`, post.comments, row?.comments)
    figures.money(
      `earned by the post ${name}`,
      post.earned,
      row === undefined ? undefined : BigInt(row.earned),
    )
  }
  figures.same('posts', expected.posts.size, rows.length)
  checkHouse(figures, expected, books, await chain.balanceOf(chain.vaultAddress))
  return figures
}

function inverse(names: [name: string, id: string][]): (id: string) => string {
  const byId = new Map(names.map(([name, id]) => [id, name]))
  return (id) => {
    const name = byId.get(id)
    if (name === undefined) throw new Error(`the books know ${id}, the file does not`)
    return name
  }
}
