import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { download } from './download.ts'

/** Everything that is a member's: to take along, and to bring from elsewhere. */
export function Archive() {
  const bytes = useSignal<number | null>(null)
  const isImporting = useSignal(false)
  const refused = useSignal<unknown>(undefined)

  async function take(): Promise<void> {
    bytes.value = 0
    refused.value = undefined
    try {
      const stream = ok(await api.GET('/v1/me/export', { parseAs: 'stream' }))
      const archive = await download(stream as ReadableStream<Uint8Array<ArrayBuffer>>, (sofar) => {
        bytes.value = sofar
      })
      const link = document.createElement('a')
      link.href = URL.createObjectURL(archive)
      link.download = 'rivulet.ndjson'
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
      tell('Your archive is in your downloads.')
    } catch (error) {
      refused.value = error
    }
    bytes.value = null
  }

  async function bring(file: File): Promise<void> {
    isImporting.value = true
    refused.value = undefined
    try {
      const type = file.name.endsWith('.gz') ? 'application/gzip' : 'application/x-ndjson'
      const done = ok(
        await api.POST('/v1/members/import', {
          body: file,
          bodySerializer: (body) => body as File,
          headers: { 'content-type': type },
        }),
      )
      tell(
        `${done.posts.imported} posts and ${done.follows} follows came along; ${done.posts.known} were here.`,
      )
    } catch (error) {
      refused.value = error
    }
    isImporting.value = false
  }

  return (
    <>
      <p>
        An archive holds your profile, your posts with their signatures, whom you follow, block and mute, what
        you did and paid, and every receipt. This server signs it, so that others can tell it was not changed.
      </p>
      <button type="button" aria-busy={bytes.value !== null} disabled={bytes.value !== null} onClick={take}>
        {bytes.value === null ? 'Download my archive' : `${Math.round(bytes.value / 1024)} KiB so far`}
      </button>
      <p class="hint">
        On another node, the same page takes it in. Money and unsigned posts stay where they are.
      </p>
      <label aria-busy={isImporting.value}>
        Bring an archive from another node
        <input
          type="file"
          accept=".ndjson,.gz"
          disabled={isImporting.value}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0]
            currentTarget.value = ''
            if (file) bring(file)
          }}
        />
      </label>
      {refused.value !== undefined && <Trouble error={refused.value} />}
    </>
  )
}
