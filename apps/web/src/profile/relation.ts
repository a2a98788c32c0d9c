import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import type { Member } from '../session/session.ts'

/** How the one who is signed in stands to a member. */
export type Relation = { follows: boolean; mutes: boolean; blocks: boolean }

/** How far a list is read for one member: what is further down is taken for not there. */
const PAGES_MAX = 10
type Members = { data: Member[]; nextCursor: string | null }

/**
 * The API tells of no member how one stands to them, so the lists that say it are read: of follows the shorter of the two.
 * @throws ProblemError
 */
export async function relationTo(me: Member, other: Member, signal: AbortSignal): Promise<Relation> {
  const isTheirsShorter = other.counts.followers < me.counts.following
  const [list, of, sought] = isTheirsShorter
    ? (['/v1/members/{id}/followers', other.id, me.id] as const)
    : (['/v1/members/{id}/following', me.id, other.id] as const)
  const [follows, mutes, blocks] = await Promise.all([
    isIn(sought, (query) => api.GET(list, { params: { path: { id: of }, query }, signal }).then(ok)),
    isIn(other.id, (query) => api.GET('/v1/me/mutes', { params: { query }, signal }).then(ok)),
    isIn(other.id, (query) => api.GET('/v1/me/blocks', { params: { query }, signal }).then(ok)),
  ])
  return { follows, mutes, blocks }
}

async function isIn(
  id: string,
  read: (query: { limit: number; cursor?: string }) => Promise<Members>,
): Promise<boolean> {
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const { data, nextCursor } = await read({ limit: 100, ...(cursor === undefined ? {} : { cursor }) })
    if (data.some((one) => one.id === id)) return true
    if (nextCursor === null) return false
    cursor = nextCursor
  }
  return false
}
