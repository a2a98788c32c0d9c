import { ProblemError } from '@rivulet/sdk'
import { expect, test } from 'vitest'
import { withVia } from './with-via.ts'

function refusal(code: string): ProblemError {
  const problem = { type: 'about:blank', title: code, detail: '', status: 422, code, requestId: 'r' }
  return new ProblemError(problem, new Response(null, { status: 422 }))
}

/** Asks that are refused where they name a share. */
function refusing(code: string) {
  const asked: (string | undefined)[] = []
  const ask = async ({ via }: { via?: string }) => {
    asked.push(via)
    if (via !== undefined) throw refusal(code)
    return 'liked'
  }
  return { asked, ask }
}

test('a share that was not served to bob is left out, and his like stands', async () => {
  const { asked, ask } = refusing('invalid_via')
  expect(await withVia('share', ask)).toBe('liked')
  expect(asked).toEqual(['share', undefined])
})

test('any other refusal is his to see, and is asked for once', async () => {
  const { asked, ask } = refusing('blocked')
  await expect(withVia('share', ask)).rejects.toThrow('blocked')
  expect(asked).toEqual(['share'])
})

test('without a share there is one ask', async () => {
  const { asked, ask } = refusing('invalid_via')
  expect(await withVia(undefined, ask)).toBe('liked')
  expect(asked).toEqual([undefined])
})
