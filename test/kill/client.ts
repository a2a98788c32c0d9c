import { randomUUID } from 'node:crypto'
import type { Answer, Person } from '@rivulet/stack'
import { KnownLike, type KnownTip, type LikeAnswer, TIPS } from './notebook.ts'

/** Chance, from a seed: numbers from 0 to below 1. (mulberry32) */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What the clients of a test came to, all together. */
export type Counts = {
  answered: number
  /** Requests without an answer that says what they did, by what came instead. */
  unanswered: Record<string, number>
  /** Tips sent again after no answer, and told that they had been paid the first time. */
  replayed: number
}

export type Common = {
  counts: Counts
  /** Posts to like, of the authors. */
  posts: string[]
  authors: Person[]
  /** Until the API can serve again. */
  ready(): Promise<void>
}

/** A member who likes, unlikes and tips, one thing after another, and notes what may have come of it. */
export class Client {
  readonly person: Person
  readonly likes = new Map<string, KnownLike>()
  readonly tips: KnownTip[] = []
  readonly #common: Common
  readonly #chance: () => number

  /** @param chance numbers from 0 to below 1, of this client alone */
  constructor(person: Person, common: Common, chance: () => number) {
    this.person = person
    this.#common = common
    this.#chance = chance
  }

  /** One deed. What is not answered is sent again, mostly; sometimes it is left, and never known. */
  async act(): Promise<void> {
    const { posts } = this.#common
    const chance = this.#chance
    if (chance() < 0.2) return this.#tip()
    const postId = posts[Math.floor(chance() * posts.length)]!
    const like = this.likes.get(postId) ?? new KnownLike()
    this.likes.set(postId, like)
    return this.#turn(postId, like, chance() < 0.65)
  }

  async #turn(postId: string, like: KnownLike, on: boolean): Promise<void> {
    do {
      const answer = await this.#send<LikeAnswer>(on ? 'PUT' : 'DELETE', `/v1/posts/${postId}/like`)
      if (answer === 'limited') continue
      if (answer) {
        if (like.answered(on, answer.body)) return
        throw new Error(
          `${this.person.name} turned a like ${on ? 'on' : 'off'}, which stood as one of ` +
            `${JSON.stringify(like.possible)}, and was answered ${JSON.stringify(answer.body)}`,
        )
      }
      like.unanswered(on)
    } while (this.#triesAgain())
  }

  async #tip(): Promise<void> {
    const { authors, counts } = this.#common
    const chance = this.#chance
    const receiver = authors[Math.floor(chance() * authors.length)]!
    const key = randomUUID()
    const tip = {
      ...TIPS[Math.floor(chance() * TIPS.length)]!,
      key,
      payer: this.person.id,
      receiver: receiver.id,
    }
    const known: KnownTip = { ...tip, id: null }
    this.tips.push(known)
    // The key is in the message too, so that it can be found in the tip.
    const body = { memberId: receiver.id, amount: tip.amount, message: key }
    do {
      const answer = await this.#send<Record<'id' | 'amount' | 'fee' | 'net', string>>(
        'POST',
        '/v1/tips',
        body,
        {
          'idempotency-key': key,
        },
      )
      if (answer === 'limited' || !answer) continue
      const { id, amount, fee, net } = answer.body
      if (amount !== tip.amount || fee !== tip.fee || net !== tip.net)
        throw new Error(`a tip of ${tip.amount} was answered ${JSON.stringify(answer.body)}`)
      if (answer.headers.get('idempotent-replayed') === 'true') counts.replayed += 1
      known.id = id
      return
    } while (this.#triesAgain())
  }

  #triesAgain = () => this.#chance() < 0.7

  /** @returns null when it was not answered; waits then until the API is there again */
  async #send<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body> | 'limited' | null> {
    const { counts, ready } = this.#common
    let what: string
    try {
      const answer = await this.person.call<Body>(method, path, body, headers)
      if (answer.status === 200 || answer.status === 201) {
        counts.answered += 1
        return answer
      }
      what = `${answer.status} ${(answer.body as { code?: string } | null)?.code}`
      if (answer.status < 500 && answer.status !== 429)
        throw new Error(`${method} ${path} was answered ${what}: ${JSON.stringify(answer.body)}`)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      what = `no answer (${(error.cause as { code?: string } | undefined)?.code ?? error.message})`
    }
    counts.unanswered[what] = (counts.unanswered[what] ?? 0) + 1
    await ready()
    return what.startsWith('429') ? 'limited' : null
  }
}
