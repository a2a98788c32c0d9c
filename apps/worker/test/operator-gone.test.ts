import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeRequestExit, type Leaf } from '@rivulet/contracts'
import { freePort, person as member } from '@rivulet/stack'
import { type HDNodeWallet, Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { inFile, killPrograms, leave, run } from './programs.ts'
import { WorkerProcess } from './worker-process.ts'
import {
  createWorld,
  deposit,
  environment,
  memberOf,
  nano,
  person,
  shift,
  tokensOf,
  units,
  type World,
} from './world.ts'

const DAY = 86_400
/** Nothing is to move by itself between the last epoch and the end. */
const SLOW = { PERIOD_SECONDS: '86400', HOLD_SECONDS: '86400', HOLD_YOUNG_SECONDS: '86400' }

let world: World
let folder: string
beforeEach(async () => {
  world = await createWorld({ blockTime: 0.2, challengeDelaySeconds: 1 })
  await prepareQueue(world.database.adminUrl, 'rivulet_app')
  folder = mkdtempSync(join(tmpdir(), 'rivulet-exit-'))
})
afterEach(async () => {
  killPrograms()
  await WorkerProcess.killAll()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Waits until something is so, while the chain makes its blocks. */
async function until<T>(what: () => Promise<T | undefined>, said = () => ''): Promise<T> {
  let found: T | undefined
  const isSo = async () => {
    found = await what().catch(() => undefined)
    return Boolean(found)
  }
  await expect
    .poll(isSo, { timeout: 60_000, interval: 100 })
    .toBe(true)
    .catch((error: Error) => {
      throw new Error(`${error.message}\n${said().slice(-3_000)}`)
    })
  return found as T
}

function leaveWith(wallet: { privateKey: string }, secret: string, leaves: string, ...more: string[]) {
  const by = ['--leaves', leaves, '--secret', inFile(folder, 'secret', `${secret}\n`), ...more]
  return leave(world, folder, wallet, ...by)
}

test('the operator is gone for ever, and three members leave with everything, by the exit command alone', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ...environment(world), ...SLOW }
  const worker = new WorkerProcess(env)
  const api = run('apps/api/src/main.ts', [], { ...env, PORT: String(port) })
  const [alice, bob, carol] = await Promise.all(
    ['100', '100', '100'].map((dollars) => person(world, dollars)),
  )
  const [a, b, c] = [alice!, bob!, carol!]
  await deposit(world, a, '40.123456')
  await deposit(world, b, '30')
  await deposit(world, c, '20.5')
  await until(
    () => memberOf(world.pool, c.address),
    () => worker.output,
  )
  await until(
    async () => (await fetch(`${url}/readyz`)).ok,
    () => api.said.text,
  )
  const signIn = (who: HDNodeWallet) => member(who.address, who).signIn(url)
  const clients = [await signIn(a), await signIn(b), await signIn(c)]
  const secrets = await Promise.all(
    clients.map(
      async (client) =>
        (await client.call<{ exitSecret: string }>('GET', '/v1/me/exit-secret')).body.exitSecret,
    ),
  )

  // Bob has earned, and has a budget and a pledge; carol has withdrawn; alice never asked for anything.
  await shift(world, b.address, 'available', 'pending', nano('7.5'))
  await shift(world, b.address, 'available', 'budget', nano('3.25'))
  await shift(world, b.address, 'available', 'pledge', nano('1.000001'))
  await clients[2]!.call(
    'POST',
    '/v1/wallet/withdrawals',
    { amount: '5.25' },
    { 'idempotency-key': 'carol-1' },
  )
  const number = await until(async () => {
    const { rows } = await world.pool.query<{ number: number }>(
      `select max(e.number) as number from epochs e, epoch_leaves b, epoch_leaves c
       where e.status = 'settled' and b.epoch = e.number and c.epoch = e.number and b.account = $1 and c.account = $2
         and b.held = $3 and c.spendable = $4 and c.payout = $5
         and not exists (select from epochs o where o.status <> 'settled')`,
      [b.address, c.address, units('7.125') + units('3.25'), units('15.25'), units('5.25')],
    )
    return rows[0]?.number ?? undefined
  })

  // What everybody can keep a copy of, and what the member was handed.
  const published = await fetch(`${url}/v1/settlement/epochs/${number}/leaves`)
  const leaves = inFile(folder, 'leaves.txt', await published.text())
  const epoch = (await clients[0]!.call<{ dataHash: string }>('GET', `/v1/settlement/epochs/${number}`)).body
  expect(published.headers.get('etag')).toBe(`"${epoch.dataHash}"`)
  expect(published.headers.get('content-type')).toContain('text/plain')
  // 90.623456 came in, 5.25 went out.
  expect(epoch).toMatchObject({
    number,
    status: 'settled',
    gross: '85.373456',
    payoutTotal: '5.25',
    batches: [{ index: 0, total: '5.25' }],
  })
  const proven = await clients[1]!.call<{ leaf: Leaf; proof: string }>(
    'GET',
    `/v1/settlement/epochs/${number}/proof`,
  )
  const { vault, rpcUrl } = world.chain
  const demanded = {
    from: b.address,
    to: vault,
    data: encodeRequestExit(proven.body.leaf, proven.body.proof),
  }
  expect(await world.chain.provider.call(demanded)).toBe('0x')

  // Reserves at a block, and liabilities of the same moment.
  const said = (await clients[0]!.call<{ block: number }>('GET', '/v1/transparency')).body
  expect(said).toMatchObject({
    reserves: '85.373456',
    liabilities: '85.373456',
    surplus: '0',
    inFlight: '0',
    epoch: number,
  })
  const held = world.chain.dollar.getFunction('balanceOf').staticCall(vault, { blockTag: said.block })
  expect(await held).toBe(units('85.373456'))

  const verify = (...from: string[]) =>
    run('scripts/verify/main.ts', ['--rpc', rpcUrl, '--epoch', String(number), ...from]).ended
  expect(await verify('--api', url)).toMatchObject({
    code: 0,
    text: expect.not.stringContaining('NOT EQUAL'),
  })

  await worker.kill()
  api.child.kill('SIGKILL')
  await api.ended

  expect(await verify('--leaves', leaves)).toMatchObject({ code: 0 })
  const raised = readFileSync(leaves, 'utf8').replace(
    /^(1 0x[0-9a-f]{64}) (\d+)/m,
    (_, place, sum) => `${place} ${BigInt(sum) + 1n}`,
  )
  const forged = inFile(folder, 'forged.txt', raised)
  expect(await verify('--leaves', forged)).toMatchObject({
    code: 1,
    text: expect.stringMatching(/NOT EQUAL {2}root/),
  })
  expect(await leaveWith(a, secrets[0]!, forged)).toMatchObject({
    code: 1,
    text: expect.stringContaining('another root'),
  })

  // The operator might still answer, so carol can only demand; twice is harmless.
  for (const words of ['Demanded all that is spendable', 'Your demand stands'])
    expect(await leaveWith(c, secrets[2]!, leaves)).toMatchObject({
      code: 0,
      text: expect.stringContaining(words),
    })
  expect(await tokensOf(world.chain, c.address)).toBe(units('84.75'))

  await world.chain.skip(14 * DAY + 1)
  const elsewhere = Wallet.createRandom().address
  const left = [
    await leaveWith(a, secrets[0]!, leaves),
    await leaveWith(b, secrets[1]!, leaves),
    await leaveWith(c, secrets[2]!, leaves, '--to', elsewhere),
  ]
  expect(left.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(left[0]!.text).toContain('exit mode has begun')
  expect(left[0]!.text).toContain('40.123456 tUSD went to')

  // Each has what came in and never went out, and bob his earnings less the clearing fee of 5 %, 0.375.
  expect(await tokensOf(world.chain, a.address)).toBe(units('100'))
  expect(await tokensOf(world.chain, b.address)).toBe(units('99.625'))
  expect(await tokensOf(world.chain, c.address)).toBe(units('84.75'))
  expect(await tokensOf(world.chain, elsewhere)).toBe(units('15.25'))
  // What is left is the fee that would have been the treasury's.
  expect(await tokensOf(world.chain, vault)).toBe(units('0.375'))
  const again = await leaveWith(b, secrets[1]!, leaves)
  expect(again).toMatchObject({ code: 0, text: expect.stringContaining('nothing is left') })
  expect(await tokensOf(world.chain, b.address)).toBe(units('99.625'))
})
