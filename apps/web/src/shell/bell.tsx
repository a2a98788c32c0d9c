/** A bell, drawn: not every machine has a letter for it. */
export function Bell() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" class="bell" aria-hidden="true">
      <path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4" />
    </svg>
  )
}
