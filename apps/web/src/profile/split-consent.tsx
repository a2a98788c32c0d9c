type Props = { name: string; isGiven: boolean; set: () => Promise<void> }

/** Whether a member may name one in the splits of new posts. */
export function SplitConsent({ name, isGiven, set }: Props) {
  return (
    <details class="menu">
      <summary aria-label="More">⋯</summary>
      <ul>
        <li>
          <button type="button" class="quiet" onClick={set}>
            {isGiven
              ? `Let ${name} share with me no more`
              : `Let ${name} share with me what their posts earn`}
          </button>
        </li>
      </ul>
    </details>
  )
}
