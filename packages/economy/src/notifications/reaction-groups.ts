import type { GroupedKind } from './kinds.ts'

/** A like or a repost, as it stands, and whom it is to be told. */
export type FoundReaction = {
  id: string
  kind: GroupedKind
  postId: string
  /** The author of the post. */
  memberId: string
  /** The group it was last counted in, which may have been read since. */
  toldIn: string | null
  isOn: boolean
  /** It stands, and its member wishes to be told of it. */
  isNews: boolean
}

/** A group that its member has not read. */
export type UnreadGroup = { id: string; groupId: string; postId: string; kind: GroupedKind; count: number }

/** What becomes of a group. Without `id` it begins; with a `count` of 0 it is gone. */
export type GroupChange = {
  id: string | undefined
  groupId: string
  postId: string
  kind: GroupedKind
  memberId: string
  count: number
  /** Reactions that are counted from now on, and that are no longer. */
  on: string[]
  off: string[]
}

/**
 * Decides which reactions are counted in which group: in the unread one of their post and kind, else in one that begins.
 * @param turned those of which it is news that they were made again, though they were told once
 */
export function planGroups(
  found: readonly FoundReaction[],
  unread: readonly UnreadGroup[],
  turned: ReadonlySet<string>,
  newId: () => string,
): GroupChange[] {
  const unreadOf = new Map(unread.map((group) => [keyOf(group), group]))
  const changes = new Map<string, GroupChange>()
  for (const reaction of found) {
    const key = keyOf(reaction)
    const group = unreadOf.get(key)
    const isCounted = reaction.toldIn !== null && reaction.toldIn === group?.groupId
    const isOff = isCounted && !reaction.isOn
    const isOn = !isCounted && reaction.isNews && (reaction.toldIn === null || turned.has(reaction.id))
    if (!isOff && !isOn) continue
    const { postId, kind, memberId } = reaction
    const change = changes.get(key) ?? {
      ...{ id: group?.id, groupId: group?.groupId ?? newId(), postId, kind, memberId },
      ...{ count: group?.count ?? 0, on: [], off: [] },
    }
    change.count += isOn ? 1 : -1
    change[isOn ? 'on' : 'off'].push(reaction.id)
    changes.set(key, change)
  }
  return [...changes.values()]
}

const keyOf = ({ postId, kind }: { postId: string; kind: string }) => `${postId} ${kind}`
