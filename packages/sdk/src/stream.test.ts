import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { collectGarbage } from '../test/garbage.ts'
import { ProblemError } from './problem.ts'
import { streamed } from './stream.ts'

/** A server that does with each connection what is next in the list, and remembers where each wanted to go on. */
function server(...connections: ((answer: ServerResponse) => void)[]) {
  const wanted: (string | undefined)[] = []
  const http = createServer((request, answer) => {
    wanted.push(request.headers['last-event-id'] as string | undefined)
    connections[Math.min(wanted.length, connections.length) - 1]!(answer)
  })
  const listening = new Promise<string>((resolve) =>
    http.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(http.address() as AddressInfo).port}`)),
  )
  afterAll(() => {
    http.closeAllConnections()
    http.close()
  })
  return { wanted, listening }
}

const says = (text: string, end: (answer: ServerResponse) => void) => (answer: ServerResponse) => {
  answer.writeHead(200, { 'content-type': 'text/event-stream' })
  answer.write(text, () => end(answer))
}

test('a stream that breaks off goes on behind the last event that was read', async () => {
  const { wanted, listening } = server(
    says(
      'retry: 1\n\n: beat\n\nid: 1\nevent: wallet\ndata: {"available":"1"}\n\nid: 2\ndata: [1,\ndata: 2]\n\n',
      (a) => a.end(),
    ),
    says('id: 3\nevent: wallet\ndata: {"avail', (a) => a.destroy()),
    (answer) => answer.writeHead(503).end(),
    says('id: 3\nevent: wallet\ndata: {"available":"2"}\n\n', () => {}),
  )
  const stop = new AbortController()
  const read = []
  for await (const event of streamed(fetch, await listening, { signal: stop.signal })) {
    read.push(event)
    if (event.id === '3') break
  }
  expect(read).toEqual([
    { id: '1', event: 'wallet', data: { available: '1' } },
    { id: '2', event: 'message', data: [1, 2] },
    { id: '3', event: 'wallet', data: { available: '2' } },
  ])
  expect(wanted).toEqual([undefined, '2', '2', '2'])
})

test('a refusal ends it, and so does who reads', async () => {
  const { listening } = server((answer) =>
    answer
      .writeHead(401, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ code: 'unauthenticated', title: 'Not signed in', status: 401 })),
  )
  const refused = streamed(fetch, await listening).next()
  await expect(refused).rejects.toThrow(ProblemError)
  await expect(refused).rejects.toMatchObject({ code: 'unauthenticated', status: 401 })

  const quiet = server(says(': beat\n\n', () => {}))
  const stop = new AbortController()
  const waiting = streamed(fetch, await quiet.listening, { signal: stop.signal }).next()
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('who stops reading is not read for any longer, however long the stream has been open', async () => {
  const gone = Promise.withResolvers<void>()
  const { listening } = server((answer) => {
    answer.on('close', gone.resolve)
    says('id: 1\ndata: 1\n\n', () => {})(answer)
  })
  const stop = new AbortController()
  const stream = streamed(fetch, await listening, { signal: stop.signal })
  await stream.next()
  const waiting = stream.next()
  await collectGarbage()
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await gone.promise
})
