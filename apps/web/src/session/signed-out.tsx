import { useTitle } from '../shell/use-title.ts'
import { askToSignIn } from './sign-in.tsx'

/** What stands where a page is for members only. */
export function SignedOut({ title, why }: { title: string; why: string }) {
  useTitle(title)
  return (
    <article>
      <h1>{title}</h1>
      <p>{why}</p>
      <button type="button" onClick={askToSignIn}>
        Sign in
      </button>
    </article>
  )
}
