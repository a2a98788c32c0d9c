import { useLayoutEffect, useRef } from 'preact/hooks'
import { sanitise } from './sanitise.ts'
import { toHtml } from './to-html.ts'

/** An article as its author meant it to look. */
export default function Markdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => place.current?.replaceChildren(sanitise(toHtml(text))), [text])
  return <div class="markdown" ref={place} />
}
