import type { ComponentChildren } from 'preact'
import { partsOf } from './note-parts.ts'
import type { Post } from './post.ts'

/** What a member wrote, as text: nothing of it is read as HTML. */
export function NoteText({ post }: { post: Pick<Post, 'text' | 'mentions'> }) {
  return (
    <p class="note-text">
      {partsOf(post).map(({ text, leads }) => {
        if (!leads) return text
        return leads.isOutside ? <Outside href={leads.to}>{text}</Outside> : <a href={leads.to}>{text}</a>
      })}
    </p>
  )
}

/** A link that a member or a sponsor wrote: it says nothing about where it was found, and lends no weight. */
export function Outside({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a href={href} rel="noopener noreferrer nofollow ugc" target="_blank">
      {children}
    </a>
  )
}
