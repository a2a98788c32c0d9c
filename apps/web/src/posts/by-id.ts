import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import type { Post } from './post.ts'

/** As many as the API takes at once. */
const MOST = 100

type Waiting = { id: string; tell: (post: Post | null) => void; fail: (error: unknown) => void }
let waiting: Waiting[] = []

/** A post by its id; null: it is not there any more. Those that are asked for together are one request. */
export function postById(id: string): Promise<Post | null> {
  return new Promise((tell, fail) => {
    waiting.push({ id, tell, fail })
    if (waiting.length === 1) queueMicrotask(askForAll)
  })
}

async function askForAll(): Promise<void> {
  const asked = waiting
  waiting = []
  for (let at = 0; at < asked.length; at += MOST) await askFor(asked.slice(at, at + MOST))
}

async function askFor(some: Waiting[]): Promise<void> {
  try {
    const ids = [...new Set(some.map(({ id }) => id))].join(',')
    const { data } = ok(await api.GET('/v1/posts', { params: { query: { ids } } }))
    const found = new Map(data.map((post) => [post.id, post]))
    for (const { id, tell } of some) tell(found.get(id) ?? null)
  } catch (error) {
    for (const { fail } of some) fail(error)
  }
}
