import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** Half of it, as the Media Rating Council counts a display advertisement as viewable. */
const PART = 0.5
const STEPS = Array.from({ length: 101 }, (_, step) => step / 100)

/**
 * Calls once when an element was really seen: half of it on the screen, the page in front, for that long without a break.
 * What is taller than the screen is seen where it fills half of that.
 *
 * @param afterMs null: not now
 * @param then called with how long it was seen, in milliseconds
 */
export function useSeen(
  element: RefObject<HTMLElement | null>,
  afterMs: number | null,
  then: (visibleMs: number) => void,
): void {
  useEffect(() => {
    if (afterMs === null) return
    let since: number | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOnScreen = false
    const judge = () => {
      const isSeen = isOnScreen && document.visibilityState === 'visible'
      if (!isSeen) {
        clearTimeout(timer)
        since = undefined
      } else if (since === undefined) {
        const began = performance.now()
        since = began
        timer = setTimeout(() => {
          stop()
          then(Math.round(performance.now() - began))
        }, afterMs)
      }
    }
    const observer = new IntersectionObserver(
      ([entry]) => {
        isOnScreen = entry !== undefined && isHalfSeen(entry)
        judge()
      },
      { threshold: STEPS },
    )
    const stop = () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', judge)
      clearTimeout(timer)
    }
    if (element.current) observer.observe(element.current)
    document.addEventListener('visibilitychange', judge)
    return stop
  }, [element, afterMs])
}

function isHalfSeen({ intersectionRatio, intersectionRect, rootBounds }: IntersectionObserverEntry): boolean {
  const screen = rootBounds?.height ?? innerHeight
  return intersectionRatio >= PART || intersectionRect.height >= PART * screen
}
