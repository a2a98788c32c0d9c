import { cpus, totalmem } from 'node:os'
import { onConnection } from '@rivulet/stack'
import { type BenchArguments, readArguments } from './arguments.ts'
import type { Bench } from './bench.ts'
import { type BenchServer, startServer } from './database.ts'
import { assertDurable, fillLog } from './durability.ts'
import { resultOf, tableOf } from './report.ts'
import { measureRounds } from './rounds.ts'

/** 16 MB each: more than all cells of a round write. */
const LOG_SEGMENTS = 64

/**
 * Runs a benchmark as a program: a table, then one line of JSON. The exit code says whether everything was exact and
 * durable; how fast it was is in the JSON only.
 */
export async function runBench<Scene>(bench: Bench<Scene>, args = process.argv.slice(2)): Promise<void> {
  let server: BenchServer | undefined
  try {
    const arguments_ = readArguments(args, bench)
    server = await startServer()
    await measure(bench, server, arguments_)
  } catch (error) {
    console.error(`bench:${bench.name} failed: ${(error as Error).stack}`)
    process.exitCode = 1
  } finally {
    await server?.stop()
  }
}

async function measure<Scene>(
  bench: Bench<Scene>,
  server: BenchServer,
  arguments_: BenchArguments,
): Promise<void> {
  const { template, adminUrl } = server
  console.log(`bench:${bench.name}, ${await machine(adminUrl)}\n${await assertDurable(template.url)}`)
  await bench.seed?.(template, arguments_)
  await onConnection(template.adminUrl, (client) => client.query('vacuum analyze'))
  await fillLog(adminUrl, arguments_.quick ? 1 : LOG_SEGMENTS)
  const rounds = await measureRounds(bench, server, arguments_, { say: console.log })
  console.log(`\n${tableOf(bench, rounds)}\n`)
  console.log(JSON.stringify(resultOf(bench, rounds)))
}

async function machine(adminUrl: string): Promise<string> {
  const { rows } = await onConnection(adminUrl, (client) => client.query('show server_version'))
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const versions = `PostgreSQL ${rows[0].server_version}, Node ${process.version.slice(1)}`
  return `${cpus().length} cores (${cpus()[0]!.model.trim()}), ${memory}, ${versions}`
}
