import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary.ts'
import { type ChainKeys, deploy, setEther } from './deployment.ts'
import { readBlock, rpc } from './rpc.ts'
import { type Chain, type ChainOptions, startChain } from './start.ts'
import { stateFiles } from './state.ts'

const alice = '0x00000000000000000000000000000000000a11ce'

let dir = ''
let chain: Chain

const start = async (options: Partial<ChainOptions> = {}) => {
  chain = await startChain({ dir, keep: true, ...options })
  return chain
}
const balance = async (at: 'latest' | 'finalized' = 'latest') =>
  BigInt(await rpc<string>(chain.rpcUrl, 'eth_getBalance', [alice, at]))
const head = async () => (await readBlock(chain.rpcUrl, 'latest'))!

beforeEach(() => {
  dir = temporaryFolder('chain')
})
afterEach(async () => {
  await chain.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('no account is unlocked and none has anything', async () => {
  await start({ keep: false })
  expect(await rpc(chain.rpcUrl, 'eth_accounts')).toEqual([])
  // The first key of the mnemonic that every development chain uses.
  const known = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  expect(await rpc(chain.rpcUrl, 'eth_getBalance', [known, 'latest'])).toBe('0x0')
})

test('contracts and balances are there after a stop, with the same blocks', async () => {
  await start()
  const key = () => Wallet.createRandom().privateKey
  const keys: ChainKeys = { faucet: key(), operator: key(), admin: key(), guardian: key(), treasurer: key() }
  const deployment = await deploy(chain, keys)
  await setEther(chain.rpcUrl, alice, 7n)
  const last = await head()
  expect(await chain.stop()).toBe('ended')

  await start()
  expect((await readBlock(chain.rpcUrl, deployment.deployBlock))!.hash).toBe(deployment.deployBlockHash)
  expect((await readBlock(chain.rpcUrl, last.number))!.hash).toBe(last.hash)
  expect(await rpc(chain.rpcUrl, 'eth_getCode', [deployment.vault, 'latest'])).not.toBe('0x')
  expect(await balance()).toBe(7n)
  expect(await balance('finalized')).toBe(7n)
})

test('a killed chain comes back as it was a second or so before', async () => {
  await start()
  await setEther(chain.rpcUrl, alice, 5n)
  const { number } = await head()
  // Saved once a later block exists on disk; nothing here ends in good order.
  await expect.poll(async () => (await head()).number, { timeout: 10_000 }).toBeGreaterThan(number + 3)
  const killedAt = (await head()).number
  await chain.kill()
  expect(existsSync(stateFiles(dir).left)).toBe(false)

  await start()
  expect(await balance()).toBe(5n)
  // Three blocks are made on loading; a second is one block, and the kill may fall between two saves.
  expect((await head()).number).toBeGreaterThanOrEqual(killedAt - 2 + 3)
})

test('a state torn by a kill is passed over for the last whole one', async () => {
  await start()
  await setEther(chain.rpcUrl, alice, 9n)
  await chain.stop()
  await start()
  await expect.poll(() => existsSync(stateFiles(dir).saved), { timeout: 10_000 }).toBe(true)
  await chain.stop()
  const { left } = stateFiles(dir)
  truncateSync(left, Math.floor(readFileSync(left).length / 2))

  await start()
  expect(await balance()).toBe(9n)
  await chain.kill()
  writeFileSync(left, '')

  await start()
  expect(await balance()).toBe(9n)
})

test('an unused chain makes blocks seldom, and is at its pace again with the next transaction', async () => {
  await start({ idleAfterMs: 3_000 })
  const isSlow = async () => {
    const before = (await head()).number
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    return (await head()).number === before
  }
  await expect.poll(isSlow, { timeout: 20_000 }).toBe(true)
  await setEther(chain.rpcUrl, alice, 10n ** 18n)
  await rpc(chain.rpcUrl, 'anvil_impersonateAccount', [alice])
  const before = (await head()).number
  await rpc(chain.rpcUrl, 'eth_sendTransaction', [{ from: alice, to: alice, value: '0x1' }])
  await expect.poll(async () => (await head()).number, { timeout: 6_000 }).toBeGreaterThan(before)
})
