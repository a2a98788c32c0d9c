import { setTimeout as sleep } from 'node:timers/promises'

/** A part of a credit, as `GET /v1/wallet/receipts` has it. */
export type Part = {
  id: string
  place: number
  actId: string | null
  payer: { memberId?: string; pseudonym?: string }
  receiver: { memberId?: string; pseudonym?: string }
  role: 'author' | 'sharer' | 'viewer'
  kind: 'like' | 'read' | 'comment' | 'repost' | 'view'
  postId: string
  via: string | null
  closing: boolean
  gross: string
  budget: string | null
  weight: number
  totalWeight: number
  period: number
  ruleVersion: number
  hold: 'normal' | 'young' | 'views'
  clearsAt: string
  status: 'pending' | 'cleared' | 'reversed'
}

/** As much of the rules as credits are made by. */
export type Rules = {
  version: number
  weights: Record<string, number>
  rates: Record<string, string>
  shareBps: number
  split: { viewer: number; budget: number; author: number; platform: number }
  periodSeconds: number
  holds: Record<string, number>
}

/** Whom the credits of a post go to; undefined when the post cannot be read any more. */
export type Authors = { memberId: string; bps: number }[] | undefined

export type Entry = {
  at: string
  account: string
  amount: string
  balanceAfter: string
  ref: { type: string; id: string }
}

export type View = {
  price: string | null
  viewer: string | null
  budget: string | null
  author: string | null
}

/** What is asked of a deployment, by its public API and nothing else. What does not change is asked once. */
export type Api = {
  me(): Promise<string>
  parts(side: 'payer' | 'receiver', period: number): Promise<Part[]>
  rules(version: number): Promise<Rules>
  authors(postId: string): Promise<Authors>
  view(id: string): Promise<View | null>
  /** Own entries back to a moment, newest first. */
  entriesSince(ms: number): Promise<Entry[]>
}

/** @throws Error when it cannot be reached, or refuses */
export function apiOf(url: string, token: string): Api {
  async function get<T>(path: string): Promise<T | undefined> {
    for (;;) {
      const response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } })
      if (response.status === 429) {
        await sleep(1_000 * Number(response.headers.get('retry-after') ?? 1))
        continue
      }
      if (response.status === 404) return undefined
      if (!response.ok)
        throw new Error(`GET ${path} was answered ${response.status}: ${await response.text()}`)
      return (await response.json()) as T
    }
  }
  async function must<T>(path: string): Promise<T> {
    const answer = await get<T>(path)
    if (answer === undefined) throw new Error(`there is no ${path}`)
    return answer
  }
  /** Pages of a list until they end, or until there was enough. */
  async function all<T>(path: string, isEnough: (data: T[]) => boolean = () => false): Promise<T[]> {
    const found: T[] = []
    for (let cursor: string | null = ''; cursor !== null && !isEnough(found); ) {
      const page: { data: T[]; nextCursor: string | null } = await must(
        `${path}limit=100${cursor && `&cursor=${cursor}`}`,
      )
      found.push(...page.data)
      cursor = page.nextCursor
    }
    return found
  }
  const known = new Map<string, Promise<unknown>>()
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    if (!known.has(key)) known.set(key, ask())
    return known.get(key) as Promise<T>
  }
  return {
    me: async () => (await must<{ id: string }>('/v1/me')).id,
    parts: (side, period) => all(`/v1/wallet/receipts?side=${side}&period=${period}&`),
    rules: (version) => once(`rules ${version}`, () => must(`/v1/rules/${version}`)),
    authors: (id) =>
      once(`post ${id}`, async () => {
        type Post = { author: { id: string }; splits: { memberId: string; bps: number }[] }
        const post = await get<Post>(`/v1/posts/${id}`)
        if (!post) return undefined
        return post.splits.length > 0 ? post.splits : [{ memberId: post.author.id, bps: 10_000 }]
      }),
    view: async (id) => (await must<{ view: View | null }>(`/v1/wallet/receipts/${id}`)).view,
    entriesSince: (ms) =>
      all<Entry>('/v1/wallet/entries?', (data) => {
        const oldest = data.at(-1)
        return oldest !== undefined && Date.parse(oldest.at) < ms
      }),
  }
}
