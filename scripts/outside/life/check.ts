import { booksOf } from '../books.ts'
import { nanoOf } from '../decimal.ts'
import { each } from '../each.ts'
import { checkHouse, checkMember, Figures } from '../figures.ts'
import { expectedOf, type Outcome } from '../reckoning/expected.ts'
import { type Holding, nothingHeld } from '../reckoning/state.ts'
import { known, type Life, person, walletOf } from './life.ts'

type PostAnswer = { earned: string; counts: { likes: number; comments: number; reposts: number } }

/** What must have come of everything that was done so far. */
export function reckon(life: Life): Outcome {
  return expectedOf(life.deeds, life.terms, (deed) => {
    const period = life.periods.get(deed)
    if (period === undefined) throw new Error(`in which period ${deed.did} was counted was not asked`)
    return period
  })
}

/** Compares everything that was answered, booked and paid with what must have come of the deeds. */
export async function check(life: Life): Promise<Figures> {
  const expected = reckon(life)
  const figures = new Figures()
  expected.answers.forEach((answer, i) => {
    const seen = life.answers[i] ?? {}
    const deed = `deed ${i + 1} (${life.deeds[i]?.did})`
    for (const name of ['credited', 'budget', 'amount', 'fee', 'net'] as const)
      if (answer[name] !== undefined && seen[name] !== undefined)
        figures.money(`${name} of ${deed}`, answer[name], seen[name])
    if (answer.unfunded !== undefined) figures.same(`unfunded of ${deed}`, answer.unfunded, seen.unfunded)
  })

  const books = await booksOf(life.database)
  await each([...life.people.values()], 16, async (member) => {
    const answer = await walletOf(member)
    const wallet = await life.chain.balanceOf(member.wallet.address)
    const holding = expected.holdings.get(member.name) ?? nothingHeld()
    checkMember(figures, member.name, holding, { id: member.id, answer, wallet }, books)
    await checkStreams(figures, life, member.name, holding)
  })
  await each([...expected.posts], 16, async ([name, post]) => {
    const seen = await life.stranger<PostAnswer>('GET', `/v1/posts/${known(life.posts, name)}`)
    figures.same(`likes of ${name}`, post.likes, seen.counts.likes)
    figures.same(`comments on ${name}`, post.comments, seen.counts.comments)
    figures.same(`reposts of ${name}`, post.reposts, seen.counts.reposts)
    figures.money(`earned by ${name}`, post.earned, seen.earned)
  })
  for (const [name, { left }] of expected.campaigns) {
    const ref = `campaign:${known(life.campaigns, name)}`
    figures.money(`left of ${name}`, left, books.get(ref))
    figures.money(`reserved of ${name}`, 0n, books.get(`${ref}:open`))
  }
  checkHouse(figures, expected, books, await life.chain.balanceOf(life.chain.vaultAddress))
  return figures
}

type Earnings = { series: { stream: string; values: string[] }[]; total: string }

/** Compares what somebody earned by each stream, as the API charts it. */
async function checkStreams(figures: Figures, life: Life, name: string, expected: Holding): Promise<void> {
  const seen = await streamsOf(life, name)
  for (const stream of new Set([...seen.keys(), ...expected.streams.keys()])) {
    const found = seen.get(stream) ?? 0n
    figures.money(`${stream} of ${name}`, expected.streams.get(stream as never) ?? 0n, found)
  }
}

/** What somebody earned in these days, in nano by stream. */
export async function streamsOf(life: Life, name: string): Promise<Map<string, bigint>> {
  const day = 86_400_000
  const [from, to] = [Date.now() - day, Date.now() + day].map((at) => new Date(at).toISOString())
  const path = `/v1/wallet/earnings?bucket=day&from=${from}&to=${to}`
  const { series } = await person(life, name).call<Earnings>('GET', path)
  return new Map(
    series.map(({ stream, values }) => [stream, values.reduce((sum, value) => sum + nanoOf(value), 0n)]),
  )
}
