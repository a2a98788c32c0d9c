import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { WorkerProcess } from './worker-process.ts'
import {
  createWorker,
  createWorld,
  deposit,
  environment,
  expectLaws,
  memberOf,
  nano,
  person,
  statusOf,
  tokensOf,
  units,
  type World,
  walletOf,
  withdraw,
} from './world.ts'

const PATIENCE = { timeout: 30_000, interval: 50 }

let world: World
beforeAll(async () => {
  world = await createWorld({ blockTime: 0.2, challengeDelaySeconds: 1 })
  await Promise.all([prepareQueue(world.database.adminUrl, 'rivulet_app'), WorkerProcess.compile()])
})
afterEach(() => WorkerProcess.killAll())
afterAll(() => world.close())

/** A port of the loopback that nobody has, and what passes it on once there is somebody. */
async function latePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return {
    port,
    async open(target: number) {
      const server = createServer((incoming) => {
        const outgoing = connect(target, '127.0.0.1')
        incoming.pipe(outgoing).pipe(incoming)
        incoming.on('error', () => outgoing.destroy())
        outgoing.on('error', () => incoming.destroy())
      })
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return () => server.close()
    },
  }
}

async function payFromTheBeginning(worker: WorkerProcess): Promise<void> {
  const { rules } = createWorker(world)
  const alice = await person(world, '20')
  await deposit(world, alice, '10')
  await expect.poll(() => memberOf(world.pool, alice.address), PATIENCE).toBeDefined()
  const id = await withdraw(world, { rules }, alice, '3')
  await expect.poll(() => statusOf(world.pool, id), PATIENCE).toBe('confirmed')
  expect(await tokensOf(world.chain, alice.address)).toBe(units('13'))
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('7') })
  expect(worker.isRunning).toBe(true)
  await expectLaws(world)
}

test('it refuses to start without its configuration, naming what is missing', async () => {
  const { OPERATOR_KEY: _, ...incomplete } = environment(world)
  const worker = new WorkerProcess({ ...incomplete, SETTLEMENT_SECONDS: 'soon' })
  expect(await worker.ended()).toBe(1)
  expect(worker.output).toContain('OPERATOR_KEY')
  expect(worker.output).toContain('SETTLEMENT_SECONDS')
  expect(worker.output).not.toContain(incomplete.SECRET_KEY)
})

test('it ends when the chain is another one', async () => {
  const worker = new WorkerProcess({ ...environment(world), CHAIN_ID: '1' })
  expect(await worker.ended()).toBe(1)
  expect(worker.output).toContain('CHAIN_ID is 1, CHAIN_RPC_URL says 31337')
})

test('it ends when the token has other decimals than it is told', async () => {
  const worker = new WorkerProcess({ ...environment(world), ASSET_DECIMALS: '8' })
  expect(await worker.ended()).toBe(1)
  expect(worker.output).toContain('ASSET_DECIMALS is 8, the token says 6')
})

test('it waits for a database and a chain that come later, and stops in good order when asked', async () => {
  const env = environment(world)
  const [database, chain] = [await latePort(), await latePort()]
  const databaseUrl = new URL(env.DATABASE_URL!)
  const databasePort = Number(databaseUrl.port)
  databaseUrl.port = String(database.port)
  const worker = new WorkerProcess({
    ...env,
    DATABASE_URL: databaseUrl.href,
    CHAIN_RPC_URL: `http://127.0.0.1:${chain.port}`,
  })
  await expect.poll(() => worker.output, PATIENCE).toContain('the rules cannot be put in force yet')
  const closeDatabase = await database.open(databasePort)
  const rooms = () =>
    world.pool.query('select name, ok from worker_rooms order by name').then(({ rows }) => rows)
  await expect.poll(rooms, PATIENCE).toContainEqual({ name: 'sender', ok: false })
  const closeChain = await chain.open(Number(new URL(env.CHAIN_RPC_URL!).port))
  await payFromTheBeginning(worker)
  expect(await rooms()).toContainEqual({ name: 'sender', ok: true })

  expect(await worker.stop()).toBe(0)
  expect(worker.output).toContain('"msg":"stopped"')
  for (const secret of ['OPERATOR_KEY', 'SECRET_KEY'] as const)
    expect(worker.output).not.toContain(env[secret])
  expect(worker.output).not.toContain(databaseUrl.password)
  closeDatabase()
  closeChain()
})

const redis = await new Promise<boolean>((resolve) => {
  const found = spawn('redis-server', ['--version'], { stdio: 'ignore' })
  found.on('error', () => resolve(false)).on('exit', (code) => resolve(code === 0))
})

test.skipIf(!redis)(
  'all of Redis is lost while it works, and then Redis itself: only time is lost',
  async () => {
    const { port } = await latePort()
    const start = async () => {
      const server = spawn('redis-server', [
        ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
        ...['--maxmemory-policy', 'noeviction'],
      ])
      let said = ''
      for await (const part of server.stdout.setEncoding('utf8')) {
        said += part
        if (said.includes('Ready to accept connections')) break
      }
      return server
    }
    /** One command and its answer, in Redis' own protocol. */
    const command = async (line: string) => {
      const socket = connect(port, '127.0.0.1').setEncoding('utf8')
      socket.write(`${line}\r\n`)
      const [answer] = (await once(socket, 'data')) as [string]
      socket.destroy()
      return answer
    }
    let server = await start()
    const worker = new WorkerProcess({ ...environment(world), REDIS_URL: `redis://127.0.0.1:${port}` })
    try {
      await payFromTheBeginning(worker)
      const keys = await command('DBSIZE')
      expect(keys).not.toBe(':0\r\n')
      const schedulers = (await command('KEYS rivulet:*:repeat')).split('\r\n')[0]
      expect(await command('FLUSHALL')).toBe('+OK\r\n')
      await payFromTheBeginning(worker)
      // The schedulers of all rooms are there again.
      const again = async () => (await command('KEYS rivulet:*:repeat')).split('\r\n')[0]
      await expect.poll(again, PATIENCE).toBe(schedulers)

      server.kill('SIGKILL')
      await once(server, 'exit')
      await payFromTheBeginning(worker)
      server = await start()
      await expect.poll(again, PATIENCE).toBe(schedulers)
      await payFromTheBeginning(worker)
      expect(await worker.stop()).toBe(0)
    } finally {
      if (worker.isRunning) await worker.kill()
      server.kill('SIGKILL')
    }
  },
)
