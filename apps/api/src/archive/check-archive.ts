import { setImmediate } from 'node:timers/promises'
import { type ArchiveHead, createArchiveCheck } from '@rivulet/authorship'
import { NewPostSchema } from '../posts/schemas.ts'
import { linesOf } from './lines.ts'

/** Most lines of a kind that are taken in. */
export const MOST_LINES = { signed: 20_000, follow: 10_000, block: 10_000, mute: 10_000 } as const

export type ArchiveFault = { code: 'invalid_archive' | 'archive_not_yours'; detail: string }

const CLOCK_MS = 10 * 60_000

/**
 * Checks a whole archive before anything of it is taken in: that it is this member's, every signed post, and the manifest.
 * Others are served between two signatures.
 */
export async function checkArchive(
  path: string,
  address: string,
  now: number,
): Promise<{ ok: true; head: ArchiveHead } | { ok: false; fault: ArchiveFault }> {
  const check = createArchiveCheck()
  const seen = new Map<string, number>()
  let head: ArchiveHead | undefined
  let number = 0
  const fault = (detail: string, code: ArchiveFault['code'] = 'invalid_archive') =>
    ({ ok: false, fault: { code, detail: `line ${number}: ${detail}` } }) as const
  for await (const text of linesOf(path)) {
    number++
    const read = text === undefined ? undefined : check.add(text)
    if (!read) return fault('is too long, cut short, or not UTF-8')
    if (!read.ok) return fault(read.fault)
    const { line } = read
    const name = line.type === 'other' ? line.name : line.type
    seen.set(name, (seen.get(name) ?? 0) + 1)
    const most = MOST_LINES[name as keyof typeof MOST_LINES]
    if (most !== undefined && seen.get(name)! > most)
      return fault(`is one of more than ${most} lines of its kind`)
    if (line.type === 'archive') head = line.head
    if (line.type === 'archive' && line.head.address !== address)
      return fault(
        `is of ${line.head.address}, and you are ${address}: sign in with that wallet`,
        'archive_not_yours',
      )
    if (line.type !== 'signed') continue
    await setImmediate()
    const { content, createdAt } = line.entry
    if (Date.parse(createdAt) > now + CLOCK_MS)
      return fault(`signed post ${line.entry.seq}: is of the future`)
    if (content && !isPost(content))
      return fault(`signed post ${line.entry.seq}: is longer than posts are here`)
  }
  const end = check.end()
  if (end !== undefined || !head) return fault(`the archive ${end ?? 'is empty'}`)
  return { ok: true, head }
}

/** Whether it could be published here. */
function isPost({
  title,
  ...content
}: {
  kind: string
  title: string | null
  text: string
  tags: string[]
}): boolean {
  return NewPostSchema.safeParse(title === null ? content : { ...content, title }).success
}
