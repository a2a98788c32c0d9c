import { type Signal, useSignal } from '@preact/signals'
import { ArticleText } from '../markdown/article-text.tsx'

/** In characters, as the API counts them. */
const ARTICLE_MAX = 50_000

/** Where an article is written in Markdown, and how it will look. */
export function MarkdownField({ text }: { text: Signal<string> }) {
  const isPreview = useSignal(false)
  return (
    <>
      <nav class="tabs" aria-label="Text">
        {[false, true].map((preview) => (
          <button
            key={String(preview)}
            type="button"
            class="quiet"
            aria-pressed={isPreview.value === preview}
            onClick={() => {
              isPreview.value = preview
            }}
          >
            {preview ? 'Preview' : 'Write'}
          </button>
        ))}
      </nav>
      {isPreview.value ? (
        <div class="quoted">
          <ArticleText text={text.value || '*Nothing yet.*'} />
        </div>
      ) : (
        <label>
          Text, in Markdown
          <textarea
            rows={14}
            required
            maxLength={2 * ARTICLE_MAX}
            value={text.value}
            onInput={({ currentTarget }) => {
              text.value = currentTarget.value
            }}
          />
          <small>
            {[...text.value].length} of {ARTICLE_MAX} characters. Images are shown as links to them.
          </small>
        </label>
      )}
    </>
  )
}
