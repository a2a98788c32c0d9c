import { ProblemError } from '@rivulet/sdk'
import { Trouble } from './trouble.tsx'
import { useTitle } from './use-title.ts'

/** What stands where a page would, when it cannot be shown: why, and what to do. */
export function PageTrouble({ error, again }: { error: unknown; again: () => void }) {
  const isMissing = error instanceof ProblemError && error.status === 404
  const title = isMissing ? 'Nothing is here' : 'This could not be shown'
  useTitle(title)
  return (
    <>
      <h1>{title}</h1>
      <Trouble error={error} {...(isMissing ? {} : { again })} />
      {isMissing && (
        <p>
          The address may be wrong, or what was here is gone. <a href="/latest">Read the latest posts</a>{' '}
          instead.
        </p>
      )}
    </>
  )
}
