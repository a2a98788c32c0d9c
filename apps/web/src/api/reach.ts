import { signal } from '@preact/signals'

/** False from the first request that nobody answered until somebody answers again. */
export const reachable = signal(true)

/** Counts up when a session is refused that was thought good. */
export const sessionRefused = signal(0)

const PROBE_MS = 2_000
let probing: ReturnType<typeof setTimeout> | undefined

/** The browser's fetch; notes whether the API answers, and whether it still knows who asks. */
export async function watched(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request)
    found()
    if (answer.status === 401 && request.headers.has('authorization')) sessionRefused.value++
    return answer
  } catch (error) {
    if (!request.signal.aborted) lost()
    throw error
  }
}

function found(): void {
  clearTimeout(probing)
  probing = undefined
  reachable.value = true
}

function lost(): void {
  reachable.value = false
  probing ??= setTimeout(probe, PROBE_MS)
}

async function probe(): Promise<void> {
  probing = undefined
  const answer = await fetch('/livez', { cache: 'no-store' }).catch(() => undefined)
  if (answer?.ok) found()
  else lost()
}

addEventListener('online', () => probe())
addEventListener('offline', () => lost())
