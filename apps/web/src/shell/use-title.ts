import { useEffect } from 'preact/hooks'
import { network } from '../network/network.ts'

/** Names the page that is shown, in the browser's tab and history. Nothing while its name is not known. */
export function useTitle(title: string | undefined): void {
  const site = network.value?.name ?? 'Rivulet'
  useEffect(() => {
    document.title = title === undefined ? site : `${title} · ${site}`
    return () => {
      document.title = site
    }
  }, [title, site])
}
