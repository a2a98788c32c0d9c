import type { ArchiveHead } from '@rivulet/authorship'
import { isId, type Pool, withTransaction } from '@rivulet/db'
import { block } from '@rivulet/economy'
import { follow } from '../follows/follow.ts'
import { changeProfile } from '../members/change-profile.ts'
import { ProfileChangeSchema } from '../members/schemas.ts'
import { findMember, memberById } from '../members/store.ts'
import { mute } from '../mutes/store.ts'
import { linesOf } from './lines.ts'
import { type Taken, takePosts } from './take-posts.ts'

/** Signed posts of a transaction. */
const STEP = 100

export type Imported = {
  posts: { imported: number; known: number }
  profile: boolean
  follows: number
  blocks: number
  mutes: number
  /** Members of the archive's graph who are not here. */
  missing: number
}

export type ImportResult = { ok: true; imported: Imported } | { ok: false; detail: string }

/**
 * Takes in an archive that was checked as a whole: signed posts, a hundred a transaction, then profile and graph, each by
 * itself. Whatever was taken in before is passed over: killed anywhere, it is whole when it is sent again. No money moves.
 *
 * @returns `detail` of what stands against it: signed posts here that are another chain
 */
export async function importArchive(
  pool: Pool,
  memberId: string,
  { path, head }: { path: string; head: ArchiveHead },
): Promise<ImportResult> {
  const imported: Imported = {
    ...{ posts: { imported: 0, known: 0 }, profile: false, follows: 0, blocks: 0, mutes: 0, missing: 0 },
  }
  const takeStep = async (step: Taken[]): Promise<string | undefined> => {
    const result = await withTransaction(pool, (tx) => takePosts(tx, memberId, step))
    if (!result.ok) return result.detail
    imported.posts.imported += result.taken
    imported.posts.known += step.length - result.taken
    return undefined
  }
  // First all posts: what stands against them is found before anything else is taken in.
  let step: Taken[] = []
  for await (const taken of postsIn(path, head.node)) {
    step.push(taken)
    if (step.length < STEP) continue
    const detail = await takeStep(step)
    if (detail) return { ok: false, detail }
    step = []
  }
  const detail = await takeStep(step)
  if (detail) return { ok: false, detail }
  for await (const { type, value } of othersIn(path)) {
    if (type === 'profile') imported.profile = await takeProfile(pool, memberId, value)
    else if (await takeRelation(pool, memberId, type, String(value.address))) imported[`${type}s`]++
    else imported.missing++
  }
  return { ok: true, imported }
}

async function* postsIn(path: string, node: string): AsyncGenerator<Taken> {
  for await (const text of linesOf(path)) {
    const value = JSON.parse(text!) as Record<string, unknown>
    if (value.type !== 'signed') continue
    // Of one that had moved before: where it was written. The ids in signed posts are those of there.
    const before = value.origin as { node?: unknown; id?: unknown } | null | undefined
    const id = String(before?.id ?? value.id)
    const from = String(before?.node ?? node).slice(0, 200)
    yield { entry: value as unknown as Taken['entry'], origin: { node: from, id: isId(id) ? id : null } }
  }
}

type Relation = 'follow' | 'block' | 'mute'

async function* othersIn(
  path: string,
): AsyncGenerator<{ type: Relation | 'profile'; value: Record<string, unknown> }> {
  for await (const text of linesOf(path)) {
    const value = JSON.parse(text!) as Record<string, unknown>
    const type = value.type as Relation
    if (['profile', 'follow', 'block', 'mute'].includes(type)) yield { type, value }
  }
}

/** What is empty here is filled; a handle that somebody else has stays theirs. */
async function takeProfile(pool: Pool, memberId: string, value: Record<string, unknown>): Promise<boolean> {
  const { handle, displayName, bio } = value
  const before = await memberById(pool, memberId)
  if (!before) return false
  const read = ProfileChangeSchema.safeParse({
    ...(before.handle === null && handle ? { handle } : {}),
    ...(before.display_name === '' && displayName ? { displayName } : {}),
    ...(before.bio === '' && bio ? { bio } : {}),
  })
  if (!read.success || Object.keys(read.data).length === 0) return false
  const { handle: name, ...rest } = read.data as { handle?: string; displayName?: string; bio?: string }
  return withTransaction(pool, async (tx) => {
    const changed = await changeProfile(tx, { memberId, change: rest })
    const named =
      name === undefined ? undefined : await changeProfile(tx, { memberId, change: { handle: name } })
    return (Object.keys(rest).length > 0 && changed.ok) || named?.ok === true
  })
}

/** @returns false when they are not here, or may not be followed */
async function takeRelation(pool: Pool, memberId: string, type: Relation, address: string): Promise<boolean> {
  const other = /^0x[0-9a-fA-F]{40}$/.test(address) ? await findMember(pool, address) : undefined
  if (!other || other.id === memberId) return false
  if (type === 'follow')
    return (await follow(pool, { followerId: memberId, followeeId: other.id, on: true })).ok
  const { ok } = await withTransaction(pool, async (tx): Promise<{ ok: boolean }> => {
    if (type === 'mute') return mute(tx, { muterId: memberId, mutedId: other.id })
    return block(tx, { blockerId: memberId, blockedId: other.id })
  })
  return ok
}
