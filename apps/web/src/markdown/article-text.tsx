import { lazy, Suspense } from 'preact/compat'

const Markdown = lazy(() => import('./markdown.tsx'))

/** Markdown, shown when what renders it is there: it comes with the first article only. */
export function ArticleText({ text }: { text: string }) {
  return (
    <Suspense fallback={<p aria-busy="true">Loading…</p>}>
      <Markdown text={text} />
    </Suspense>
  )
}
