import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { api } from '../api/client.ts'
import { newInHome } from '../live/live.ts'

const LOOK_MS = 10_000

type Props = { isHome: boolean; newest: string | undefined; onShow: () => Promise<void> }

/** Says that there is more above than is shown. Home is told by the stream; of all posts there is none, so it looks. */
export function NewPosts({ isHome, newest, onShow }: Props) {
  const isBehind = useSignal(false)
  useEffect(() => {
    isBehind.value = false
    if (isHome || newest === undefined) return
    const timer = setInterval(async () => {
      if (document.visibilityState !== 'visible' || isBehind.value) return
      const { data } = await api
        .GET('/v1/feeds/latest', { params: { query: { limit: 1 } } })
        .catch(() => ({ data: undefined }))
      const first = data?.data[0]
      isBehind.value = first !== undefined && first.id > newest
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [isHome, newest])
  const count = newInHome.value.length
  if (isHome ? count === 0 : !isBehind.value) return null
  return (
    <button type="button" class="wide" onClick={onShow}>
      {isHome ? `Show ${count} new ${count === 1 ? 'post' : 'posts'}` : 'Show new posts'}
    </button>
  )
}
