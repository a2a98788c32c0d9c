import { testChain } from '@rivulet/stack'
import { type NonceManager, parseEther, Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { call } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const chain = await testChain({ blockTime: 0.5 })
afterAll(() => chain.close())
const env = {
  CHAIN_RPC_URL: chain.rpcUrl,
  CHAIN_ID: String(chain.chainId),
  TOKEN_ADDRESS: chain.token,
  VAULT_ADDRESS: chain.vault,
  FAUCET_KEY: chain.keys.faucet,
}
const { app } = await world({ ...env, RIVULET_EMBEDDED: 'true' })
const faucet = (address: unknown) => call(app, 'POST', '/v1/dev/faucet', { address })

const dollarsOf = (address: string): Promise<bigint> => chain.dollar.getFunction('balanceOf')(address)

test('100 test dollars and an ether, there when it answers', async () => {
  const { address } = Wallet.createRandom()
  const answer = await faucet(address.toLowerCase())
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({ address, amount: '100', ether: '1' })
  expect(await dollarsOf(address)).toBe(100_000_000n)
  expect(await chain.provider.getBalance(address)).toBe(parseEther('1'))
  for (const hash of answer.body.transactions)
    expect((await chain.provider.getTransactionReceipt(hash))?.status).toBe(1)
})

test('40 at once all get theirs', async () => {
  const wallets = Array.from({ length: 40 }, () => Wallet.createRandom())
  const answers = await Promise.all(wallets.map((wallet) => faucet(wallet.address)))
  expect(answers.map((a) => a.status)).toEqual(Array(40).fill(200))
  for (const { address } of wallets) {
    expect(await dollarsOf(address)).toBe(100_000_000n)
    expect(await chain.provider.getBalance(address)).toBe(parseEther('1'))
  }
})

test('it goes on after somebody else sent with its key', async () => {
  const sender = chain.dollar.runner as NonceManager
  sender.reset()
  await chain.fund(Wallet.createRandom().address, { units: 1n })
  const { address } = Wallet.createRandom()
  expect((await faucet(address)).status).toBe(200)
  expect(await dollarsOf(address)).toBe(100_000_000n)
})

test('an address that refuses is told so', async () => {
  const { address } = Wallet.createRandom()
  const sender = chain.dollar.runner as NonceManager
  sender.reset()
  await (await chain.dollar.getFunction('setBlocked')(address, true)).wait()
  for (const refusing of [address, chain.vault]) {
    const answer = await faucet(refusing)
    expect([refusing, answer.status, answer.body.code]).toEqual([refusing, 422, 'faucet_refused'])
  }
  expect(await dollarsOf(address)).toBe(0n)
})

test('one address cannot have it all', async () => {
  const { address } = Wallet.createRandom()
  const answers = await Promise.all(Array.from({ length: 25 }, () => faucet(address)))
  expect(answers.filter((a) => a.status === 200)).toHaveLength(20)
  const refused = answers.filter((a) => a.status === 429)
  expect(refused).toHaveLength(5)
  expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(1)
})

test('what is no address', async () => {
  for (const address of [
    '',
    '0x12',
    'alice',
    `0x${'0'.repeat(40)}`,
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD',
    7,
    null,
  ])
    expect([address, (await faucet(address)).status]).toEqual([address, 422])
})

test('anywhere but on an embedded stack there is none', async () => {
  const elsewhere = await world(env)
  const answer = await call(elsewhere.app, 'POST', '/v1/dev/faucet', {
    address: Wallet.createRandom().address,
  })
  expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
})
