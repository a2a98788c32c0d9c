import type { Post } from './post.ts'

/** A stretch of a note, and where it leads, if anywhere. */
export type NotePart = { text: string; leads?: { to: string; isOutside: boolean } }

const URL_OR_TAG = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|(?<![\p{L}\p{N}_/&])#([\p{L}\p{N}_]{1,50})/gu

/**
 * What a member wrote, cut where a link begins or ends: together the parts are the text again.
 * Members that were mentioned, web addresses and tags are links; nothing else ever is.
 *
 * @param mentions in order; their places count code points
 */
export function partsOf({ text, mentions }: Pick<Post, 'text' | 'mentions'>): NotePart[] {
  const points = [...(text ?? '')]
  const parts: NotePart[] = []
  let at = 0
  for (const { start, end, memberId, handle } of mentions) {
    parts.push(...linked(points.slice(at, start).join('')))
    const to = `/members/${handle ?? memberId}`
    parts.push({ text: points.slice(start, end).join(''), leads: { to, isOutside: false } })
    at = end
  }
  return [...parts, ...linked(points.slice(at).join(''))].filter((part) => part.text !== '')
}

function linked(text: string): NotePart[] {
  const parts: NotePart[] = []
  let at = 0
  for (const { 0: whole, 1: url, 2: tag, index } of text.matchAll(URL_OR_TAG)) {
    const to = url ?? `/tags/${encodeURIComponent(tag!.toLowerCase())}`
    parts.push({ text: text.slice(at, index) })
    parts.push({ text: whole, leads: { to, isOutside: url !== undefined } })
    at = index + whole.length
  }
  return [...parts, { text: text.slice(at) }]
}
