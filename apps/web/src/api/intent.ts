import { ProblemError } from '@rivulet/sdk'

/** What somebody means to do once, however often they have to ask for it. */
export type Intent = {
  /** The Idempotency-Key of this wish: the same as long as the wish is. */
  keyOf(wish: unknown): string
  /** It was done, or refused: the same wish from now on is another one. */
  end(error?: unknown): void
}

/**
 * Names a wish. Asked again after an answer that never came, it goes by the key it had, so that what was done is not done
 * again. The API keeps a refusal under its key as well: whoever has mended what was wrong needs another.
 */
export function newIntent(newKey: () => string = () => crypto.randomUUID()): Intent {
  let current: { key: string; wish: string } | undefined
  return {
    keyOf(wish) {
      const text = JSON.stringify(wish)
      if (current?.wish !== text) current = { key: newKey(), wish: text }
      return current.key
    },
    end(error) {
      if (error === undefined || isFinal(error)) current = undefined
    },
  }
}

/** Whether the API has said no, rather than nothing, or to come later. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false
  const { status, problem } = error
  return status >= 400 && status < 500 && status !== 429 && problem.code !== 'idempotency_in_progress'
}
