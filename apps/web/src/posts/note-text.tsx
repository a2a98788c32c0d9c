import type { ComponentChildren } from 'preact'
import type { Post } from './post.ts'

const URL_OR_TAG = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|(?<![\p{L}\p{N}_/&])#([\p{L}\p{N}_]{1,50})/gu

/**
 * What a member wrote, as text: nothing of it is read as HTML. Members that were mentioned, addresses and tags are links.
 * The places of mentions count code points.
 */
export function NoteText({ post }: { post: Pick<Post, 'text' | 'mentions'> }) {
  const points = [...(post.text ?? '')]
  const parts: ComponentChildren[] = []
  let at = 0
  for (const { start, end, memberId, handle } of post.mentions) {
    parts.push(...linked(points.slice(at, start).join('')))
    parts.push(<a href={`/members/${handle ?? memberId}`}>{points.slice(start, end).join('')}</a>)
    at = end
  }
  parts.push(...linked(points.slice(at).join('')))
  return <p class="note-text">{parts}</p>
}

function linked(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = []
  let at = 0
  for (const match of text.matchAll(URL_OR_TAG)) {
    const [whole, url, tag] = match
    parts.push(text.slice(at, match.index))
    parts.push(
      url ? <Outside href={url}>{url}</Outside> : <a href={`/tags/${tag?.toLowerCase()}`}>{whole}</a>,
    )
    at = match.index + whole.length
  }
  return [...parts, text.slice(at)]
}

/** A link that a member or a sponsor wrote: it says nothing about where it was found, and lends no weight. */
export function Outside({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} rel="noopener noreferrer nofollow ugc" target="_blank">
      {children}
    </a>
  )
}
