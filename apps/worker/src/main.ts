import { createPool, listen } from '@rivulet/db'
import { closeChain, createChain, WrongChain } from './chain/chain.ts'
import { configFrom } from './config.ts'
import { createLog } from './log.ts'
import { openQueues, type Queues } from './queues.ts'
import { createRooms } from './rooms/all.ts'
import { RoomRunner } from './rooms/run-room.ts'
import { putInForce } from './rules/put-in-force.ts'
import { signerFrom } from './signer/choose.ts'

const PATIENCE_MS = 600_000
const DRAIN_MS = 15_000

const config = configFrom(process.env)
const log = createLog(config)

const pool = createPool(config.DATABASE_URL, { max: 12 })
const patientPool = createPool(config.DATABASE_URL, { max: 3, transactionTimeoutMs: PATIENCE_MS })
const chain = createChain(config)
const signer = signerFrom(config)

const rooms = createRooms({ config, pool, patientPool, chain, signer })
const runner = new RoomRunner(pool, log, (error) => {
  if (error instanceof WrongChain) process.exit(1)
})

let queues: Queues | undefined
let bells: ReturnType<typeof listen> | undefined
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))
log.info(
  { operator: signer.address, vault: chain.vault, queue: config.REDIS_URL ? 'redis' : 'postgres' },
  'starting',
)

await putInForce(pool, config.rules, log)
queues = await openQueues(config, rooms, runner, log)
bells = listen(config.DATABASE_URL, (topic) => queues?.ring(topic))
log.info({ rooms: rooms.map((room) => room.name) }, 'open')

/** Turns that run are finished, none is begun. Whatever does not end in time is as safe as if it had been killed. */
async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'stopping')
  setTimeout(() => process.exit(1), DRAIN_MS).unref()
  await bells?.close()
  await runner.drain()
  await Promise.all(rooms.map((room) => room.drain?.()))
  await queues?.close()
  closeChain(chain)
  await Promise.all([pool.end(), patientPool.end()])
  log.info('stopped')
  process.exit(0)
}
