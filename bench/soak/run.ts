import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { onConnection } from '@rivulet/stack'
import { startServer as startDatabase } from '../harness/database.ts'
import { assertDurable } from '../harness/durability.ts'
import { median } from '../harness/statistics.ts'
import { audit } from '../likes/audit.ts'
import { runLoad } from '../likes/load.ts'
import { close, open } from '../likes/scene.ts'
import { membersOf, seed } from '../likes/seed.ts'

/*
 * Does the API keep what it uses flat? Likes over 64 connections for some minutes, its resident memory once a second. Ends
 * with one line of JSON, and with 1 when a like is missing or the last minute holds a fifth more than the first.
 */

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
if (!(minutes >= 2 && minutes <= 120)) throw new Error(`--minutes ${values.minutes}: 2 to 120`)

const args = { rounds: 1, seconds: 1, quick: false }
/** More passes over all members than a minute has, at a rate that no machine here reaches. */
const PASSES = 20 * minutes

const MORE_POSTS = `
  insert into posts (id, author_id, kind, text, tags)
  select uuidv7(), author_id, 'note', 'a post', array['hot', (100 + pass)::text]
  from (select author_id from posts where tags[1] = 'hot' limit 1) author, generate_series(1, $1::int) pass`

const server = await startDatabase()
try {
  console.log(await assertDurable(server.template.url))
  await seed(server.template, args)
  await onConnection(server.template.adminUrl, (client) => client.query(MORE_POSTS, [PASSES]))
  const scene = await open(server.template, args)
  const megabytes: number[] = []
  const timer = setInterval(() => megabytes.push(residentMiB(scene.server.pid)), 1_000)
  const { latencies, statuses } = await runLoad({
    ...{ port: scene.server.port, connections: 64, seconds: minutes * 60, path: '/v1/posts/:id/like' },
    ...{ members: membersOf(args), passes: scene.posts.hot, warmup: 0 },
  })
  clearInterval(timer)
  scene.acknowledged.ours = statuses[200] ?? 0
  const exact = await audit(scene)
  await close(scene)

  const perMinute = Array.from({ length: minutes }, (_, n) => median(megabytes.slice(n * 60, n * 60 + 60)))
  console.log(perMinute.map((mib, n) => `minute ${n + 1}: ${mib.toFixed(0)} MiB`).join('\n'))
  const [first, last] = [perMinute[0]!, perMinute.at(-1)!]
  const figures = { minutes, likes: latencies.length, firstMinuteMiB: first, lastMinuteMiB: last, statuses }
  const pass = last <= 1.2 * first && Object.keys(statuses).join() === '200'
  console.log(exact)
  console.log(JSON.stringify({ bench: 'soak', ratios: { lastVsFirstMinute: last / first }, figures, pass }))
  if (!pass) process.exitCode = 1
} finally {
  await server.stop()
}

/** Resident memory of a process (proc_pid_statm(5), pages of 4 KiB). */
function residentMiB(pid: number): number {
  return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4) / 1024
}
