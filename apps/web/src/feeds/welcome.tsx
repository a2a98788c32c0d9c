import { network } from '../network/network.ts'
import { askToSignIn } from '../session/sign-in.tsx'

/** What this is, for who is new. */
export function Welcome() {
  const { rates, asset, name } = network.value ?? {}
  return (
    <article class="welcome">
      <h1>{name ?? 'Rivulet'} pays the people who make it</h1>
      <p>
        A like moves {rates?.like} {asset?.symbol} to whoever wrote the post, at once, from money that is
        really there. What you earn goes to your own wallet, on a chain where nobody has to trust us.
      </p>
      <p>
        <button type="button" onClick={askToSignIn}>
          Join in
        </button>{' '}
        <a href="/rules">Who pays what</a> <a href="/transparency">See that the money is there</a>
      </p>
    </article>
  )
}
