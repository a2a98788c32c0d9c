import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { reachable } from '../api/reach.ts'

/** What was asked for: its value when it is there, else why it is not. */
export type Fetched<T> = { value: T | undefined; error: unknown; again(): void; hold(value: T): void }

/** Asks for something when its inputs are others, and again when the API is back. */
export function useFetched<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
): Fetched<T> {
  const state = useSignal<{ value: T | undefined; error: unknown }>({ value: undefined, error: undefined })
  const round = useSignal(0)

  useEffect(() => {
    const leaving = new AbortController()
    ask(leaving.signal).then(
      (value) => {
        if (!leaving.signal.aborted) state.value = { value, error: undefined }
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) state.value = { value: state.peek().value, error }
      },
    )
    return () => leaving.abort()
  }, [...inputs, round.value])

  useSignalEffect(() => {
    if (reachable.value && state.peek().error instanceof TypeError) round.value = round.peek() + 1
  })
  return {
    ...state.value,
    again: () => round.value++,
    hold: (value) => {
      state.value = { value, error: undefined }
    },
  }
}
