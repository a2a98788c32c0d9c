import { freshExitSecret, me } from '../session/session.ts'
import { saveSecret } from './secret-file.ts'

/** After the first sign-in: the secret that should be kept, until its member says so. */
export function FreshSecret() {
  const secret = freshExitSecret.value
  if (secret === null || !me.value) return null
  return (
    <article class="fresh-secret" aria-labelledby="fresh-secret-title">
      <h2 id="fresh-secret-title">Keep your exit secret</h2>
      <p>
        Should this server vanish, your money does not: with this secret and your wallet you take it from the
        vault yourself. Keep the file where only you can read it. Your wallet page shows the secret again
        while the server is there.
      </p>
      <div class="row">
        <button
          type="button"
          class="secondary outline"
          onClick={() => {
            freshExitSecret.value = null
          }}
        >
          Later
        </button>
        <button
          type="button"
          onClick={() => {
            saveSecret(secret)
            freshExitSecret.value = null
          }}
        >
          Save it as a file
        </button>
      </div>
    </article>
  )
}
