import type { Tx } from '@rivulet/db'
import { getAddress } from 'ethers'
import { type Named, parseMentions } from './parse.ts'

/** How many members a post mentions at most. */
export const MENTIONS_MAX = 20

export const MENTIONS_WHY = `The text mentions more than ${MENTIONS_MAX} members: leave some out, or their @.`

/** How many names in a text are looked up at most; the others stay words. */
const NAMES_MAX = 500

/** A member in a text, and where, in characters. */
export type Mention = { memberId: string; starts: number[]; ends: number[] }

export type MentionsResult = { ok: true; mentions: Mention[] } | { ok: false; code: 'too_many_mentions' }

/**
 * Tells whom a text mentions: members by the handles and addresses that they have now. Names of nobody, and of who has blocked
 * the author or was blocked, are words like any other. One statement, and none for a text without names.
 */
export async function mentionsIn(tx: Tx, authorId: string, text: string): Promise<MentionsResult> {
  const found = parseMentions(text)
  const names = [...new Set(found.map(({ name }) => name))].slice(0, NAMES_MAX)
  if (names.length === 0) return { ok: true, mentions: [] }
  const members = await membersNamed(tx, authorId, names)
  const mentions = placed(found, members)
  if (mentions.length > MENTIONS_MAX) return { ok: false, code: 'too_many_mentions' }
  return { ok: true, mentions }
}

async function membersNamed(tx: Tx, authorId: string, names: string[]): Promise<Map<string, string>> {
  const addressOf = (name: string) => (name.length === 42 ? getAddress(name) : null)
  const { rows } = await tx.query<{ name: string; id: string }>(
    `select named.name, m.id
     from unnest($2::text[], $3::text[], $4::text[]) as named (name, bare, address)
     cross join lateral (
       select id from members where handle = named.name and deleted_at is null
       union select id from members where handle = named.bare and deleted_at is null
       union select id from members where address = named.address and deleted_at is null
     ) m
     where not exists (select from blocks where blocker_id = $1 and blocked_id = m.id
                       union all select from blocks where blocker_id = m.id and blocked_id = $1)`,
    [authorId, names, names.map((name) => name.replace(/[_-]+$/, '')), names.map(addressOf)],
  )
  return new Map(rows.map(({ name, id }) => [name, id]))
}

function placed(found: readonly Named[], members: ReadonlyMap<string, string>): Mention[] {
  const mentions = new Map<string, Mention>()
  for (const { name, start, end } of found) {
    const memberId = members.get(name)
    if (memberId === undefined) continue
    const mention = mentions.get(memberId) ?? { memberId, starts: [], ends: [] }
    mentions.set(memberId, mention)
    mention.starts.push(start)
    mention.ends.push(end)
  }
  return [...mentions.values()]
}

/** Keeps whom a post mentions, and forgets whom it mentioned before. Its row is new, or locked. */
export async function keepMentions(
  tx: Tx,
  { postId, mentions, anew }: { postId: string; mentions: readonly Mention[]; anew: boolean },
): Promise<void> {
  if (anew) await forgetMentions(tx, postId)
  if (mentions.length === 0) return
  await tx.query(
    `insert into post_mentions (post_id, member_id, starts, ends)
     select $1, "memberId", starts, ends
     from jsonb_to_recordset($2::jsonb) as mention ("memberId" uuid, starts int[], ends int[])`,
    [postId, JSON.stringify(mentions)],
  )
}

export async function forgetMentions(tx: Tx, postId: string): Promise<void> {
  await tx.query('delete from post_mentions where post_id = $1', [postId])
}
