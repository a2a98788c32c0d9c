import { useTitle } from './use-title.ts'

/** Where nothing is. */
export function NotFound() {
  useTitle('Nothing is here')
  return (
    <article>
      <h1>Nothing is here</h1>
      <p>
        The address may be wrong, or what was here is gone. <a href="/latest">Read the latest posts</a>{' '}
        instead.
      </p>
    </article>
  )
}
