import { tell, tellTrouble } from '../shell/notices.tsx'

/** A secret that is told once. */
export function Secret({ of }: { of: string }) {
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(of)
      tell('The secret is copied.')
    } catch {
      tellTrouble(new Error('The browser does not let this page copy. Mark the secret, and copy it by hand.'))
    }
  }
  return (
    <div class="quoted" role="status">
      <p>
        <strong>Copy it now: it is shown this once.</strong>
      </p>
      <p>
        <code class="secret">{of}</code>
      </p>
      <button type="button" class="secondary" onClick={copy}>
        Copy
      </button>
    </div>
  )
}
