import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { isAmount } from '../money/amount.ts'
import { network } from '../network/network.ts'
import type { Post } from '../posts/post.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { MarkdownField } from './markdown-field.tsx'
import { type Split, Splits, splitsOf } from './splits.tsx'
import { tagsOf } from './tags-of.ts'

/** An article: its title, its text, what it is about, what it costs, who shares what it earns. */
export function ArticleForm({ onPublished }: { onPublished: (post: Post) => void }) {
  const title = useSignal('')
  const text = useSignal('')
  const tags = useSignal('')
  const price = useSignal('')
  const splits = useSignal<Split[]>([])
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)

  async function publish(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    refused.value = undefined
    try {
      const shared = await splitsOf(splits.value)
      const body = {
        ...{
          kind: 'article' as const,
          title: title.value.trim(),
          text: text.value,
          tags: tagsOf(tags.value),
        },
        ...(price.value.trim() === '' ? {} : { price: price.value.trim() }),
        ...(shared.length > 0 ? { splits: shared } : {}),
      }
      const post = ok(await api.POST('/v1/posts', { body }))
      tell('Published.')
      onPublished(post)
    } catch (error) {
      refused.value = error
    }
    isBusy.value = false
  }

  const isPriceWrong = price.value.trim() !== '' && !isAmount(price.value.trim())
  return (
    <form onSubmit={publish}>
      <label>
        Title
        <input
          required
          maxLength={200}
          value={title.value}
          onInput={({ currentTarget }) => {
            title.value = currentTarget.value
          }}
        />
      </label>
      <MarkdownField text={text} />
      <label>
        Tags
        <input
          placeholder="rivers, money"
          value={tags.value}
          onInput={({ currentTarget }) => {
            tags.value = currentTarget.value
          }}
        />
        <small>Ten at most, apart by commas.</small>
      </label>
      <label>
        Price, in {network.value?.asset.symbol}
        <input
          inputMode="decimal"
          placeholder="free"
          value={price.value}
          aria-invalid={isPriceWrong || undefined}
          aria-describedby="price-help"
          onInput={({ currentTarget }) => {
            price.value = currentTarget.value
          }}
        />
        <small id="price-help">
          {isPriceWrong ? 'Write it as 0.5, with a dot.' : 'Leave it empty, and everybody may read it.'}
        </small>
      </label>
      <Splits of={splits} />
      {refused.value !== undefined && <Trouble error={refused.value} />}
      <button
        type="submit"
        aria-busy={isBusy.value}
        disabled={isBusy.value || isPriceWrong || text.value.trim() === ''}
      >
        Publish
      </button>
      <p class="hint">
        Or <a href="/compose?kind=note">write a note</a>.
      </p>
    </form>
  )
}
