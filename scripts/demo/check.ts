import { booksOf, periodsOf } from '../outside/books.ts'
import { checkHouse, checkMember, Figures } from '../outside/figures.ts'
import { expectedOf } from '../outside/reckoning/expected.ts'
import { termsOf } from '../outside/terms.ts'
import { type World, walletOf } from './world.ts'

type PostAnswer = { earned: string; counts: { likes: number; comments: number } }

/** Compares everything that was answered, booked and paid with what must have come of the deeds. */
export async function check(world: World): Promise<Figures> {
  const { network, people, posts, chain, database } = world
  const periodOf = await periodsOf(database, {
    member: (id) => nameIn(new Map([...people.values()].map((member) => [member.name, member.id])), id),
    post: (id) => nameIn(posts, id),
  })
  const expected = expectedOf(world.deeds, termsOf(network), periodOf)

  const figures = new Figures()
  expected.answers.forEach((answer, i) => {
    const seen = world.answers[i] ?? {}
    const deed = `deed ${i + 1} (${world.deeds[i]?.did})`
    for (const name of ['credited', 'fee', 'net'] as const)
      if (answer[name] !== undefined) figures.money(`${name} of ${deed}`, answer[name], seen[name])
    if (answer.unfunded !== undefined) figures.same(`unfunded of ${deed}`, answer.unfunded, seen.unfunded)
  })

  const books = await booksOf(database)
  for (const member of people.values()) {
    const answer = await walletOf(member)
    const wallet = await chain.balanceOf(member.wallet.address)
    const holding = expected.holdings.get(member.name) ?? nothing
    checkMember(figures, member.name, holding, { id: member.id, answer, wallet }, books)
  }
  for (const [name, post] of expected.posts) {
    const seen = await world.stranger<PostAnswer>('GET', `/v1/posts/${posts.get(name)}`)
    figures.same(`likes of ${name}`, post.likes, seen.counts.likes)
    figures.same(`comments on ${name}`, post.comments, seen.counts.comments)
    figures.money(`earned by ${name}`, post.earned, seen.earned)
  }
  checkHouse(figures, expected, books, await chain.balanceOf(chain.vaultAddress))
  return figures
}

const nothing = {
  ...{ available: 0n, pending: 0n, budget: 0n, pledge: 0n, earned: 0n, wallet: 0n },
  streams: new Map(),
}

function nameIn(ids: ReadonlyMap<string, string>, id: string): string {
  for (const [name, known] of ids) if (known === id) return name
  throw new Error(`the books know ${id}, the story does not`)
}
