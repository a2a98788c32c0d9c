import { Agent, get } from 'node:http'
import { createPool, withTransaction } from '@rivulet/db'
import { computeTrending } from '@rivulet/economy'
import { onConnection, withDatabase } from '@rivulet/stack'
import type { BenchArguments } from '../harness/arguments.ts'
import type { Cell } from '../harness/bench.ts'
import type { BenchDatabase } from '../harness/database.ts'
import { percentile } from '../harness/statistics.ts'
import { startApi } from '../processes/api.ts'
import { timed } from '../statement/reading.ts'
import { READERS, READERS_OF_MANY, type Size, SYLLABLES, seed } from './seed.ts'

type Network = 'large' | 'small'

/** A network, served by an API of its own. */
type Served = {
  port: number
  agent: Agent
  stop(): Promise<void>
  /** The numbers of members who read, and of those who follow the most. */
  readers: number[]
  ofMany: number[]
  pages: number
}

/** What the cells of a round share. */
export type Scene = Record<Network, Served>

const SMALL = 'feeds_small'

const on = (database: BenchDatabase, name: string): BenchDatabase => ({
  url: withDatabase(database.url, name),
  adminUrl: withDatabase(database.adminUrl, name),
})

/** The large network into the template that each round has a copy of, the small one into a database beside it. */
export async function seedBoth(template: BenchDatabase, large: Size, small: Size): Promise<void> {
  const name = new URL(template.adminUrl).pathname.slice(1)
  await onConnection(withDatabase(template.adminUrl, 'postgres'), (client) =>
    client.query(`create database ${SMALL} template ${name}`),
  )
  await grow(on(template, SMALL), small)
  await onConnection(on(template, SMALL).adminUrl, (client) => client.query('vacuum analyze'))
  await grow(template, large)
}

async function grow(database: BenchDatabase, size: Size): Promise<void> {
  await seed(database, size)
  const pool = createPool(database.url, { max: 1, transactionTimeoutMs: 600_000 })
  try {
    await withTransaction(pool, (tx) => computeTrending(tx, '7d'))
  } finally {
    await pool.end()
  }
}

export async function open(database: BenchDatabase): Promise<Scene> {
  return { large: await serve(database), small: await serve(on(database, SMALL)) }
}

async function serve(database: BenchDatabase): Promise<Served> {
  const numbers = await onConnection(database.adminUrl, async (client) => {
    const of = async (order: string, limit: number): Promise<number[]> =>
      (
        await client.query(
          `select substr(handle, 7)::int as n from members order by ${order}, id limit ${limit}`,
        )
      ).rows.map(({ n }) => n)
    return {
      readers: await of('md5(handle)', READERS),
      ofMany: await of('following_count desc', READERS_OF_MANY),
    }
  })
  const { port, stop } = await startApi(database.url, 1, 'fill')
  return { ...numbers, port, stop, agent: new Agent({ keepAlive: true, maxSockets: 1 }), pages: 0 }
}

export async function close({ large, small }: Scene): Promise<void> {
  for (const { agent, stop } of [large, small]) {
    agent.destroy()
    await stop()
  }
}

/** Reads a page over HTTP, as a member. @throws Error unless it is answered 200 */
function read({ port, agent }: Served, path: string, reader: number): Promise<{ data: unknown[] }> {
  const headers = { authorization: `Bearer ${String(reader).padStart(43, 'm')}` }
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        if (answer.statusCode === 200) resolve(JSON.parse(body))
        else reject(new Error(`${path}: ${answer.statusCode} ${body}`))
      })
    }).on('error', reject)
  })
}

const drawn = (from: readonly number[]): number => from[Math.floor(Math.random() * from.length)]!

/** Reads pages of twenty, one after another, each by another member. */
function cell(
  network: Network,
  name: string,
  path: () => string,
  { who = 'readers', mayBeEmpty = false }: { who?: 'readers' | 'ofMany'; mayBeEmpty?: boolean } = {},
): Cell<Scene> {
  return {
    name: `${network}: ${name}`,
    async measure(scene, { seconds }: BenchArguments) {
      const served = scene[network]
      const latencies = await timed(seconds, async () => {
        const page = await read(served, path(), drawn(served[who]))
        served.pages++
        if (page.data.length === 0 && !mayBeEmpty) throw new Error(`${network}: ${name}: an empty page`)
      })
      return {
        perSecond: latencies.length / seconds,
        latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
        note: `${latencies.length} pages`,
      }
    },
  }
}

/** What is read, on a network of this size: the same on both. */
export function cellsOf(network: Network, { members }: Size): Cell<Scene>[] {
  const syllable = () => SYLLABLES[Math.floor(SYLLABLES.length * Math.random() ** 1.5)]
  const number = (below: number, exponent = 1) => Math.floor(below * Math.random() ** exponent)
  return [
    // Who follows few, of whom none has written, has an empty one.
    cell(network, 'home', () => '/v1/feeds/home', { mayBeEmpty: true }),
    cell(network, 'home of who follows most', () => '/v1/feeds/home', { who: 'ofMany' }),
    cell(network, 'latest', () => '/v1/feeds/latest'),
    cell(network, 'trending', () => '/v1/feeds/trending?window=7d'),
    cell(network, 'tag', () => `/v1/feeds/tags/tag${number(100, 2)}`, { mayBeEmpty: true }),
    cell(network, 'member', () => `/v1/members/member${1 + number(members, 3)}/posts`, { mayBeEmpty: true }),
    cell(network, 'search, posts', () => `/v1/search?q=word${number(2_000, 2)}`, { mayBeEmpty: true }),
    cell(network, 'search, two words', () => `/v1/search?q=word${number(200, 2)}+word${number(200, 2)}`, {
      mayBeEmpty: true,
    }),
    cell(network, 'search, members', () => `/v1/search?type=members&q=${syllable()}${syllable()}`, {
      mayBeEmpty: true,
    }),
  ]
}

/** Every page was answered 200, or the bench had ended; what members were handed is remembered. */
export async function audit({ large, small }: Scene): Promise<string> {
  return `exact: ${large.pages + small.pages} pages, each answered 200`
}
