import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** Half of it, as the Media Rating Council counts a display advertisement as viewable. */
const PART = 0.5

/**
 * Calls once when an element was really seen: half of it on the screen, the page in front, for that long without a break.
 * @param forMs called with how long it was seen, in milliseconds
 */
export function useSeen(
  element: RefObject<HTMLElement | null>,
  afterMs: number,
  then: (visibleMs: number) => void,
): void {
  useEffect(() => {
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
        isOnScreen = (entry?.intersectionRatio ?? 0) >= PART
        judge()
      },
      { threshold: [0, PART, 1] },
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
