import type { ComponentChildren, Ref } from 'preact'
import { Money } from '../money/money.tsx'
import { Outside } from '../posts/note-text.tsx'

type Props = {
  campaign: { title: string; body: string; url: string }
  price: string
  label?: string
  card?: Ref<HTMLElement>
  /** What it says of being seen. */
  children: ComponentChildren
}

/** A sponsor's post as members see it: what it says is text, and what pays is said. */
export function Advert({
  campaign: { title, body, url },
  price,
  label = 'Sponsored',
  card,
  children,
}: Props) {
  return (
    <article class="post sponsored" {...(card ? { ref: card } : {})} aria-label={label}>
      <header>
        <small>Sponsored</small>
        <small class="hint">
          the sponsor pays <Money of={price} /> for this view
        </small>
      </header>
      <strong>{title}</strong>
      <p class="note-text">{body}</p>
      <p>{URL.canParse(url) && <Outside href={url}>{new URL(url).host}</Outside>}</p>
      {children}
    </article>
  )
}
