import { type Signal, useSignal } from '@preact/signals'

/** Something that is done one at a time, with what it was refused with. */
export type Deed = {
  isBusy: boolean
  error: unknown
  /** Does it, unless it is being done. Answers whether it was. */
  run(does: () => Promise<void>): Promise<boolean>
}

/** Does something when asked, and never twice at once: a second click while it is done does nothing. */
export function useDeed(): Deed {
  const state: Signal<{ isBusy: boolean; error: unknown }> = useSignal({ isBusy: false, error: undefined })
  return {
    ...state.value,
    async run(does) {
      if (state.peek().isBusy) return false
      state.value = { isBusy: true, error: undefined }
      try {
        await does()
        state.value = { isBusy: false, error: undefined }
        return true
      } catch (error) {
        state.value = { isBusy: false, error }
        return false
      }
    },
  }
}
