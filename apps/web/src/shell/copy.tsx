import { tell, tellTrouble } from './notices.tsx'

/** Puts a text into the clipboard. */
export function Copy({ text, what }: { text: string; what: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell(`${what} is in the clipboard.`),
      (error: unknown) => tellTrouble(error),
    )
  return (
    <button type="button" class="quiet" aria-label={`Copy: ${what}`} onClick={copy}>
      Copy
    </button>
  )
}
