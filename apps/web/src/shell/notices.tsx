import { signal } from '@preact/signals'
import { explain } from '../api/explain.ts'

type Notice = { id: number; text: string; kind: 'news' | 'trouble' }

const SHOWN_MS = 6_000
let last = 0
const notices = signal<Notice[]>([])

/** Tells something that has happened, for a few seconds. */
export function tell(text: string, kind: Notice['kind'] = 'news'): void {
  const id = ++last
  notices.value = [...notices.value.slice(-3), { id, text, kind }]
  setTimeout(() => dismiss(id), kind === 'trouble' ? 2 * SHOWN_MS : SHOWN_MS)
}

/** Tells what went wrong. */
export const tellTrouble = (error: unknown): void => tell(explain(error), 'trouble')

function dismiss(id: number): void {
  notices.value = notices.value.filter((one) => one.id !== id)
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, text, kind }) => (
        <p key={id} class={kind}>
          {text}{' '}
          <button type="button" class="quiet" aria-label="Dismiss" onClick={() => dismiss(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  )
}
