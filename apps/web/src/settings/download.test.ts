import { expect, test } from 'vitest'
import { download } from './download.ts'

const HEAD = '{"type":"archive","version":1}\n'
const MANIFEST = '{"type":"manifest","counts":{}}\n'

function streamOf(...parts: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part))
      controller.close()
    },
  })
}

test('an archive is whole when its manifest is there, and says how far it is', async () => {
  const seen: number[] = []
  const archive = await download(streamOf(HEAD, MANIFEST.slice(0, 7), MANIFEST.slice(7)), (bytes) =>
    seen.push(bytes),
  )
  expect(await archive.text()).toBe(HEAD + MANIFEST)
  expect(seen).toEqual([31, 38, 63])
})

test('one that was cut short is not taken for whole', async () => {
  await expect(download(streamOf(HEAD), () => undefined)).rejects.toThrow('cut short')
  await expect(download(streamOf(), () => undefined)).rejects.toThrow('cut short')
})
