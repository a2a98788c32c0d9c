import { ProblemError } from '@rivulet/sdk'
import { explain } from '../api/explain.ts'

type Props = { error: unknown; again?: () => void }

/** What went wrong, with what to do about it. */
export function Trouble({ error, again }: Props) {
  return (
    <div class="trouble" role="alert">
      <p>{explain(error)}</p>
      {error instanceof ProblemError && error.code === 'insufficient_funds' && (
        <p>
          <a href="/wallet">Deposit some in your wallet</a>, then come back.
        </p>
      )}
      {again && (
        <button type="button" class="secondary" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}
