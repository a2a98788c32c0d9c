import { STEPS, type Step } from './steps.ts'

const SAID: Record<Step, string> = {
  approving: 'Let the vault take it: confirm in your wallet',
  sending: 'Deposit it: confirm in your wallet',
  'in a block': 'In a block of the chain',
  seen: 'Seen by this network; its block is not final yet',
  available: 'Available',
}

/** How far a deposit is. */
export function DepositSteps({ at }: { at: Step }) {
  const place = STEPS.indexOf(at)
  return (
    <ol class="steps" aria-label="How far it is" aria-live="polite">
      {STEPS.map((step, i) => {
        const isDone = i < place || at === 'available'
        return (
          <li key={step} class={`step ${isDone ? 'done' : i === place ? 'now' : ''}`}>
            <span aria-hidden="true">{isDone ? '✓' : i === place ? '●' : '○'}</span> {SAID[step]}
            {isDone && <span class="hidden"> (done)</span>}
            {!isDone && i === place && <span class="hidden"> (now)</span>}
          </li>
        )
      })}
    </ol>
  )
}
