import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { withTransaction } from '@rivulet/db'
import { ensureMember, requestWithdrawal } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { freePort } from '@rivulet/stack'
import { type HDNodeWallet, keccak256, toUtf8Bytes, Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGuard, type Guard } from '../src/checker/guard.ts'
import { createChecker } from './checker.ts'
import { plantEpoch } from './planted-epoch.ts'
import { WorkerProcess } from './worker-process.ts'
import {
  createWorker,
  createWorld,
  deposit,
  environment,
  hasAll,
  memberOf,
  nano,
  person,
  turnUntil,
  type Worker,
  type World,
  withdraw,
} from './world.ts'

/** Long, so that no clock but the chain's decides what part of it is over. */
const DELAY = 7_200

let world: World
let worker: Worker
let alice: HDNodeWallet
const closing: (() => unknown)[] = []
beforeEach(async () => {
  world = await createWorld({ blockTime: null, challengeDelaySeconds: DELAY })
  // It commits whatever is built: what it commits is to be guarded against.
  worker = createWorker(world)
  alice = await person(world, '20')
  await deposit(world, alice, '20')
  await turnUntil(world, [{ ...worker, settle: async () => 'resting' }], async () =>
    Boolean(await memberOf(world.pool, alice.address)),
  )
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  worker.chain.provider.destroy()
  await world.close()
})

function guarded(env: Record<string, string> = {}) {
  const checker = createChecker(world, env)
  const guard = createGuard(checker.pool, checker.config) as Guard
  closing.push(checker.close, guard.close)
  return { ...checker, guard }
}

/** Alice withdraws, the epoch with it is built, made to be as somebody wants it, and committed. */
async function commits(between: () => Promise<unknown> = async () => {}): Promise<void> {
  const builder = createWorker(world, world.chain.rpcUrl, { checkerRequired: true })
  closing.push(() => builder.chain.provider.destroy())
  await withdraw(world, worker, alice, '2')
  await builder.settle()
  await between()
  for (let i = 0; i < 3; i++) {
    await worker.settle()
    await worker.send()
  }
  expect((await world.chain.vaultContract.getFunction('head').staticCall()).pending).toBe(true)
}

/** It is vetoed, the vault says so at a final block, and the money waits again. */
async function isVoided(): Promise<void> {
  expect((await world.chain.vaultContract.getFunction('head').staticCall()).pending).toBe(false)
  await turnUntil(world, [worker], async () => {
    const { rows } = await world.pool.query(`select from halts where reason = 'epoch voided'`)
    return rows.length === 1
  })
}

const forget = () => world.admin.query('delete from epoch_file_parts')

test('a committed epoch whose file is missing cannot be judged, and is vetoed when half of the delay is over', async () => {
  const { check, guard } = guarded()
  await commits(forget)
  await expect(check()).rejects.toThrow('the leaf file is not there')
  expect(await guard.look()).toBe('it was not judged yet')
  await world.chain.skip(DELAY / 2 - 600)
  expect(await guard.look()).toBe('it was not judged yet')
  await world.chain.skip(600)
  expect(await guard.look()).toBe('vetoed epoch 1: it was not judged yet')
  await isVoided()
})

test('a file that was only there to be judged is looked for again, and missed', async () => {
  const { check, guard } = guarded()
  await commits()
  expect(await check()).toEqual([])
  await forget()
  expect(await guard.look()).toBe('epoch 1 is as it should be')
  await world.chain.skip(DELAY / 2)
  expect(await guard.look()).toBe('the leaf file is not there')
  await world.chain.skip(DELAY / 4)
  expect(await guard.look()).toBe('vetoed epoch 1: the leaf file is not there')
  await isVoided()
})

test('a file that was changed after it was judged is vetoed, and one that comes back in time is not', async () => {
  const { check, guard } = guarded()
  await commits()
  expect(await check()).toEqual([])
  const parts = await world.admin.query('select epoch, part, text from epoch_file_parts')
  await forget()
  await world.chain.skip(DELAY / 2)
  expect(await guard.look()).toBe('the leaf file is not there')
  const [part] = parts.rows
  await world.admin.query('insert into epoch_file_parts values ($1, $2, $3)', [
    part.epoch,
    part.part,
    part.text,
  ])
  expect(await guard.look()).toBe('epoch 1 is as it should be')

  // Another guard, which has not seen it in order, comes when one digit of it is another.
  const late = guarded()
  await world.admin.query(`update epoch_file_parts set text = regexp_replace(text, '(\\n1 0x)(.)', '\\1x')`)
  expect(await late.guard.look()).toBe('vetoed epoch 1: the leaf file is another than the data hash names')
  await isVoided()
})

test('an epoch with garbage for its members is vetoed, though its hash is that of the file', async () => {
  const { check, guard } = guarded()
  await commits(async () => {
    const client = await world.admin.connect()
    await plantEpoch(
      client,
      worker,
      () => {},
      (sealed, { index }) => (index === 1n ? ['A'.repeat(211)] : sealed),
    )
    client.release()
  })
  const fault = `leaf 1 of ${alice.address}: what is encrypted for its reader does not open to it`
  expect(await check()).toEqual([fault])
  expect(await guard.look()).toBe(`vetoed epoch 1: ${fault}`)
  await isVoided()
})

test('a commit that names another file to the vault than to the books is vetoed', async () => {
  const { check, guard } = guarded()
  const hash = keccak256(toUtf8Bytes('another file'))
  let own = ''
  await commits(async () => {
    const { rows } = await world.pool.query('select data_hash from epochs')
    own = rows[0].data_hash
    await world.admin.query('update epochs set data_hash = $1', [hash])
  })
  await world.admin.query('update epochs set data_hash = $1', [own])
  expect(await check()).toEqual([])
  expect(await guard.look()).toBe(`vetoed epoch 1: its commit names another file: ${hash}`)
})

test('the shipped checker judges by itself, and vetoes what is garbage', async () => {
  await commits(async () => {
    const client = await world.admin.connect()
    await plantEpoch(
      client,
      worker,
      () => {},
      () => [],
    )
    client.release()
  })
  const checker = new WorkerProcess(
    { ...environment(world), GUARDIAN_KEY: world.chain.keys.guardian },
    'checker/main.ts',
  )
  closing.push(() => WorkerProcess.killAll())
  const isPending = async () => (await world.chain.vaultContract.getFunction('head').staticCall()).pending
  await expect.poll(isPending, { timeout: 60_000, interval: 100 }).toBe(false)
  await isVoided()
  await expect.poll(() => checker.output).toContain('vetoed epoch 1: leaf 0 of ')
  expect(checker.output).toContain(`leaf 1 of ${alice.address}: it is encrypted for 0 and should be for 1`)
  expect(checker.output).not.toContain(world.chain.keys.guardian.slice(2))
  expect(await checker.stop()).toBe(0)
})

test('the file is read where everybody reads it: at LEAVES_URL, from the API', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { check, judge } = guarded({ LEAVES_URL: url })
  const required = createWorker(world, world.chain.rpcUrl, { checkerRequired: true })
  closing.push(() => required.chain.provider.destroy())
  await withdraw(world, worker, alice, '2')
  await required.settle()
  await expect(check()).rejects.toThrow('the leaf file cannot be fetched')
  expect(await required.settle()).toContain('waiting for the checker')

  const api = await startApi(url, port)
  expect(await judge()).toEqual([])
  await forget()
  await expect(check()).rejects.toThrow('the leaf file was answered 404')
  api.kill('SIGKILL')
  await once(api, 'close')
  expect((await world.pool.query('select from epoch_checks')).rows).toEqual([])
})

test('what another answers at LEAVES_URL is not believed', async () => {
  await withdraw(world, worker, alice, '2')
  await worker.settle()
  const { rows } = await world.pool.query<{ text: string }>('select text from epoch_file_parts')
  const own = rows[0]!.text
  let answer = own
  const server = createServer((_, response) => response.end(answer)).listen(0, '127.0.0.1')
  closing.push(() => new Promise((done) => server.close(done)))
  await once(server, 'listening')
  const { judge } = guarded({ LEAVES_URL: urlOf(server) })
  expect(await judge()).toEqual([])
  answer = own.replace(/^(1 \S+ )(\d+)/m, (_, place, sum) => `${place}${BigInt(sum) + 1n}`)
  expect(await judge()).toEqual(expect.arrayContaining(['the leaf file is another than the data hash names']))
  answer = ''
  expect(await judge()).toEqual([
    'the leaf file is another than the data hash names',
    'line 1 of the leaf file is no head of one',
  ])
})

test('the leaf of a place that is nobody’s is for those who asked for a payout to it, until somebody comes', async () => {
  const bob = await person(world, '20')
  await deposit(world, bob, '20')
  await turnUntil(world, [{ ...worker, settle: async () => 'resting' }], async () =>
    Boolean(await memberOf(world.pool, bob.address)),
  )
  const stranger = Wallet.createRandom().address
  const ids = [await pay(alice, stranger, '1'), await pay(bob, stranger, '2')]
  await worker.settle()
  expect(await hasAll(world.pool, ids, 'settling')).toBe(true)
  const { judge } = guarded()
  expect(await judge()).toEqual([])
  const { rows } = await world.pool.query('select index from vault_accounts where address = $1', [stranger])
  const { index } = rows[0] as { index: bigint }
  const only = (one: number) =>
    judge((client) =>
      plantEpoch(
        client,
        worker,
        () => {},
        (sealed, leaf) => (leaf.index === index ? sealed.slice(one, one + 1) : sealed),
      ),
    )
  const fault = `leaf ${index} of ${stranger}: it is encrypted for 1 and should be for 2`
  expect([await only(0), await only(1)]).toEqual([[fault], [fault]])

  // The stranger signs in after the epoch was built: it is as it was.
  await withTransaction(world.pool, (tx) => ensureMember(tx, [stranger]))
  expect(await judge()).toEqual([])
  // Were they there long before it, the leaf would be theirs.
  const long = await judge((client) =>
    client.query(`update members set created_at = now() - interval '1 hour' where address = $1`, [stranger]),
  )
  expect(long).toEqual([`leaf ${index} of ${stranger}: it is encrypted for 2 and should be for 1`])
})

async function pay(from: HDNodeWallet, to: string, dollars: string): Promise<string> {
  const memberId = (await memberOf(world.pool, from.address))!
  const asked = await withTransaction(world.pool, (tx) =>
    requestWithdrawal(tx, worker.rules, {
      ...{ memberId, amount: amountOf(nano(dollars)), to },
      destinations: { own: to, forbidden: [] },
    }),
  )
  if (!asked.ok) throw new Error(asked.code)
  return asked.id
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as { port: number }).port}`

/** The shipped API, when it is ready. */
async function startApi(url: string, port: number): Promise<ChildProcess> {
  const main = join(import.meta.dirname, '../../api/src/main.ts')
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  const env = { PATH, NODE_COMPILE_CACHE, ...environment(world), PORT: String(port) }
  const api = spawn(process.execPath, [main], { env, stdio: 'ignore' })
  closing.push(() => (api.exitCode === null ? api.kill('SIGKILL') : undefined))
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isReady, { timeout: 60_000, interval: 100 }).toBe(true)
  return api
}
