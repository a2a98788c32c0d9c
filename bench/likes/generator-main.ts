import { createConnection } from 'node:net'
import type { Load, LoadResult } from './load.ts'

/*
 * A closed loop over raw sockets, in a process of its own: each connection sends its next request when the answer to the
 * last is there. It does little per request, since it shares the cores with what it measures. Told what to do in one
 * message, it answers in one.
 */

process.once('message', async (load: Load) => {
  const result = await run(load)
  process.send!(result, () => process.disconnect())
})

async function run(load: Load): Promise<LoadResult> {
  const { port, connections, seconds, warmup, path, members } = load
  const latencies: number[] = []
  const statuses: Record<number, number> = {}
  const draws = load.passes.map((posts) => powerLaw(posts.length))
  let sent = 0

  const request = () => {
    const pass = Math.floor(sent / members)
    const posts = load.passes[pass]
    if (!posts) throw new Error('more requests than there are members and posts for')
    const token = tokenOf(sent++ % members)
    const post = posts[draws[pass]!()]!
    return `PUT ${path.replace(':id', post)} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\n\r\n`
  }

  const begin = performance.now() + seconds * warmup * 1000
  const end = begin + seconds * 1000
  const connection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = createConnection({ host: '127.0.0.1', port, noDelay: true })
      let asked = 0
      let buffered: Buffer = Buffer.alloc(0)
      const ask = () => {
        asked = performance.now()
        socket.write(request(), 'latin1')
      }
      socket.on('connect', ask)
      socket.on('error', reject)
      socket.on('data', (chunk: Buffer) => {
        buffered = buffered.length > 0 ? Buffer.concat([buffered, chunk]) : chunk
        const status = statusOf(buffered)
        if (status === undefined) return
        buffered = Buffer.alloc(0)
        statuses[status] = (statuses[status] ?? 0) + 1
        const answered = performance.now()
        if (answered >= begin && answered < end) latencies.push(answered - asked)
        if (answered < end) return ask()
        socket.end()
        resolve()
      })
    })
  await Promise.all(Array.from({ length: connections }, connection))
  return { latencies, statuses }
}

/** Of a whole answer with a Content-Length; undefined while there is more to come. */
function statusOf(buffer: Buffer): number | undefined {
  const end = buffer.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = buffer.toString('latin1', 0, end)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)
  if (!length) throw new Error(`an answer without a length:\n${head}`)
  return buffer.length < end + 4 + Number(length[1]) ? undefined : Number(head.slice(9, 12))
}

/** Draws places from 0 by Zipf's law with exponent 1: place k about 1 / (k + 1) times as often as the first. */
function powerLaw(n: number): () => number {
  const sums = new Float64Array(n)
  let sum = 0
  for (let k = 0; k < n; k++) {
    sum += 1 / (k + 1)
    sums[k] = sum
  }
  return () => {
    const wanted = Math.random() * sum
    let [low, high] = [0, n - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The session that the seed gave to a member. */
const tokenOf = (member: number) => String(member).padStart(43, 'm')
