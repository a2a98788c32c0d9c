import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@rivulet/stack'
import { computeAddress } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { WorkerProcess } from './worker-process.ts'
import {
  createWorker,
  createWorld,
  deposit,
  environment,
  expectLaws,
  memberOf,
  person,
  statusOf,
  tokensOf,
  units,
  type World,
  withdraw,
} from './world.ts'

/*
 * The shipped worker and the shipped signer, each its own process. Between their sockets stands the test, which can keep
 * an answer to itself.
 */

const PATIENCE = { timeout: 30_000, interval: 50 }
const PASSWORD = 'correct horse battery staple'
const SIGNER = 'signer/main.ts'
const MAKE = fileURLToPath(new URL('../src/signer/make-keystore.ts', import.meta.url))

let world: World
let folder: string
let signerEnv: Record<string, string>
let workerEnv: Record<string, string>
const processes: WorkerProcess[] = []
const inFolder = (name: string) => join(folder, name)

beforeAll(async () => {
  world = await createWorld({ blockTime: 0.2, challengeDelaySeconds: 1 })
  await Promise.all([prepareQueue(world.database.adminUrl, 'rivulet_app'), WorkerProcess.compile()])
  folder = temporaryFolder('signer')
  writeFileSync(inFolder('password'), `${PASSWORD}\n`, { mode: 0o600 })
  const { OPERATOR_KEY, ...env } = environment(world)
  const said = execFileSync(
    process.execPath,
    [MAKE, '--out', inFolder('keystore.json'), '--password-file', inFolder('password')],
    { env: { PATH: process.env.PATH, OPERATOR_KEY }, encoding: 'utf8' },
  )
  expect(said).toContain(`OPERATOR_ADDRESS=${computeAddress(OPERATOR_KEY!)}`)
  expect(said).not.toContain(OPERATOR_KEY!.slice(2))
  expect(statSync(inFolder('keystore.json')).mode & 0o777).toBe(0o600)
  signerEnv = {
    ...{ CHAIN_ID: env.CHAIN_ID!, VAULT_ADDRESS: env.VAULT_ADDRESS! },
    ...{ SIGNER_KEYSTORE: inFolder('keystore.json'), SIGNER_PASSWORD_FILE: inFolder('password') },
    ...{ SIGNER_JOURNAL: inFolder('journal'), SIGNER_URL: `unix:${inFolder('signer.sock')}` },
    ...{ SIGNER_MAX_PER_TRANSACTION: '4', SIGNER_MAX_PER_DAY: '5' },
  }
  workerEnv = {
    ...env,
    ...{ RIVULET_EMBEDDED: '', NODE_ENV: 'production', SIGNER_URL: `unix:${inFolder('between.sock')}` },
    ...{ OPERATOR_ADDRESS: computeAddress(OPERATOR_KEY!) },
  }
})
afterAll(async () => {
  await WorkerProcess.killAll()
  await world.close()
})

function start(env: Record<string, string>, main?: string): WorkerProcess {
  const child = new WorkerProcess(env, main)
  processes.push(child)
  return child
}
async function startSigner(): Promise<WorkerProcess> {
  const signer = start(signerEnv, SIGNER)
  await expect.poll(() => signer.output, PATIENCE).toContain('"msg":"open"')
  return signer
}
const journal = () =>
  readFileSync(inFolder('journal'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { nonce: number; paid: string; promised: string })

/** Passes everything on from the worker to the signer, and back what it is let. */
async function between() {
  let isHeld: () => boolean = () => false
  const open = new Set<Socket>()
  let caught = () => {}
  const server = createServer((incoming) => {
    const outgoing = connect(inFolder('signer.sock'))
    for (const socket of [incoming, outgoing]) {
      open.add(socket)
      socket.on('error', () => incoming.destroy()).on('close', () => open.delete(socket))
    }
    incoming.pipe(outgoing)
    outgoing.on('data', (answer) => {
      if (isHeld()) caught()
      else incoming.write(answer)
    })
    outgoing.on('close', () => incoming.destroy())
  }).listen(inFolder('between.sock'))
  await once(server, 'listening')
  return {
    /** Keeps the first answer, and all after it, that comes when `when` is so. Resolves when there is one. */
    hold(when: () => boolean): Promise<void> {
      isHeld = when
      return new Promise((resolve) => {
        caught = resolve
      })
    },
    release() {
      isHeld = () => false
    },
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

test('a worker without the key: killed signer, full day, and no key in any log or environment', async () => {
  const relay = await between()
  let signer = await startSigner()
  const worker = start(workerEnv)
  const alice = await person(world, '20')
  await deposit(world, alice, '10')
  await expect.poll(() => memberOf(world.pool, alice.address), PATIENCE).toBeDefined()

  // The batch is in the journal, and its answer never arrives: the signer dies.
  const held = relay.hold(() => journal().some(({ paid }) => paid === String(units('3'))))
  const { rules } = createWorker(world)
  const first = await withdraw(world, { rules }, alice, '3')
  await held
  await signer.kill()
  relay.release()
  const { rows } = await world.pool.query(
    `select status from chain_transactions where purpose like '%batch%'`,
  )
  expect(rows).toEqual([{ status: 'reserved' }])
  expect(await statusOf(world.pool, first)).toBe('settling')
  const room = async () =>
    (await world.pool.query(`select ok, detail from worker_rooms where name = 'sender'`)).rows[0]
  await expect.poll(room, PATIENCE).toMatchObject({ ok: false, detail: expect.stringContaining('signer') })

  signer = await startSigner()
  await expect.poll(() => statusOf(world.pool, first), PATIENCE).toBe('confirmed')
  expect(journal().filter(({ paid }) => paid !== '0')).toHaveLength(1)
  expect(await tokensOf(world.chain, alice.address)).toBe(units('13'))
  await expectLaws(world)

  // Three of five are promised: two and a half more are a case for a person, and asked for once.
  const second = await withdraw(world, { rules }, alice, '2.5')
  const halt = async () =>
    (await world.pool.query(`select reason, detail from halts where cleared_at is null`)).rows[0]
  await expect.poll(halt, PATIENCE).toMatchObject({
    reason: 'signer refused',
    detail: expect.stringMatching(
      /^above_day_cap: commit would make it 5500000 units .* \(epoch:\d+:commit, nonce/,
    ),
  })
  const refusals = () => signer.output.split('"msg":"refused"').length - 1
  await expect.poll(async () => (await room())?.detail, PATIENCE).toContain('signs nothing: signer refused')
  // The sender takes several turns to a block.
  const block = await world.chain.provider.getBlockNumber()
  await expect.poll(() => world.chain.provider.getBlockNumber(), PATIENCE).toBeGreaterThan(block + 5)
  expect(refusals()).toBe(1)
  expect(await statusOf(world.pool, second)).toBe('settling')
  expect(await tokensOf(world.chain, alice.address)).toBe(units('13'))

  const key = environment(world).OPERATOR_KEY!.slice(2)
  for (const child of [worker, signer]) {
    const inEnvironment = readFileSync(`/proc/${child.pid}/environ`, 'utf8')
    expect(inEnvironment).toContain('VAULT_ADDRESS')
    for (const secret of [key, PASSWORD]) expect(inEnvironment).not.toContain(secret)
  }
  expect(await worker.stop()).toBe(0)
  expect(await signer.stop()).toBe(0)
  relay.close()
  for (const { output } of processes) {
    expect(output).toContain('"msg"')
    for (const secret of [key, key.toUpperCase(), PASSWORD]) expect(output).not.toContain(secret)
  }
})

test('it refuses to start with a password that others may read, a wrong one, or a journal that another signer has', async () => {
  const refused = async (env: Record<string, string>) => {
    const signer = start({ ...signerEnv, ...env }, SIGNER)
    expect(await signer.ended()).not.toBe(0)
    expect(signer.output).not.toContain(PASSWORD)
    return signer.output
  }
  const signer = await startSigner()
  const elsewhere = { SIGNER_URL: `unix:${inFolder('other.sock')}` }
  const [sameJournal, samePlace] = [refused(elsewhere), refused({ SIGNER_JOURNAL: inFolder('journal 2') })]
  expect(await sameJournal).toContain('two must not share a journal')
  expect(await samePlace).toContain('somebody listens on')
  expect(await signer.stop()).toBe(0)
  writeFileSync(inFolder('wrong'), 'a password of another key', { mode: 0o600 })
  writeFileSync(inFolder('open'), PASSWORD)
  chmodSync(inFolder('open'), 0o640)
  const [wrong, open, port, address] = [
    refused({ SIGNER_PASSWORD_FILE: inFolder('wrong') }),
    refused({ SIGNER_PASSWORD_FILE: inFolder('open') }),
    refused({ SIGNER_URL: 'http://127.0.0.1:7545' }),
    refused({ SIGNER_URL: 'http://10.0.0.1:7545' }),
  ]
  expect(await wrong).toContain('the password is not its own')
  expect(await open).toContain('can be read by others (mode 640)')
  expect(await port).toContain('SIGNER_TOKEN')
  expect(await address).toContain('SIGNER_URL')
  expect(statSync(inFolder('journal')).mode & 0o777).toBe(0o600)
})

test('on a port it answers only who has the token, and only what is a request', async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  const token = 't'.repeat(32)
  const env = { ...signerEnv, SIGNER_URL: `http://127.0.0.1:${port}`, SIGNER_TOKEN: token }
  const signer = start(env, SIGNER)
  await expect.poll(() => signer.output, PATIENCE).toContain('"msg":"open"')
  const ask = (body: string, authorization = `Bearer ${token}`) =>
    new Promise<number>((resolve, reject) => {
      const call = request({
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/sign',
        headers: { authorization },
      })
      call.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject)
      call.end(body)
    })
  const good = {
    ...{ chainId: '1', nonce: 0, to: signerEnv.VAULT_ADDRESS, data: '0x', gasLimit: '1' },
    ...{ maxFeePerGas: '1', maxPriorityFeePerGas: '1' },
  }
  expect(await ask(JSON.stringify(good))).toBe(200)
  expect(await ask(JSON.stringify(good), 'Bearer nobody')).toBe(401)
  expect(await ask(JSON.stringify(good), '')).toBe(401)
  expect(await ask(JSON.stringify({ ...good, value: '1' }))).toBe(400)
  expect(await ask('{')).toBe(400)
  // It stops listening to what is too long: whether it is heard saying so is up to the socket.
  expect([413, 'cut off']).toContain(await ask('x'.repeat(300_000)).catch(() => 'cut off'))
  expect(await signer.stop()).toBe(0)
  expect(signer.output).not.toContain(token)
})
