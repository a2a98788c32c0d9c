import { testChain } from '@rivulet/stack'
import { NonceManager, Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { networkOf } from '../../test/network.ts'
import { sendDeposit } from '../wallet/send-deposit.ts'
import { readTransaction } from './read-transaction.ts'

const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())

const network = networkOf(chain)

const wallet = Wallet.createRandom(chain.provider)
const alice = new NonceManager(wallet)
await chain.fund(wallet.address, { units: 20_000_000n })
const read = (hash: string) => readTransaction(network, chain.provider, hash)

test('her deposit moved 12.5 from her into the vault, and nothing else', async () => {
  const hash = await sendDeposit(network, alice, { amount: '12.5', onStep: () => {} })
  const block = await chain.provider.getBlock('latest')
  expect(await read(hash)).toEqual({
    ...{ status: 'done', from: wallet.address, to: chain.vault },
    block: block?.number,
    at: new Date(block!.timestamp * 1000),
    gasUsed: block?.gasUsed,
    transfers: [{ from: wallet.address, to: chain.vault, units: 12_500_000n }],
  })
})

test('one that failed moved nothing', async () => {
  const more = chain.dollar.interface.encodeFunctionData('transfer', [chain.vault, 99_000_000n])
  const sent = await alice.sendTransaction({ to: chain.token, data: more, gasLimit: 100_000n })
  await sent.wait().catch(() => {})
  expect(await read(sent.hash)).toMatchObject({ status: 'failed', transfers: [] })
})

test('one that is in no block yet is waited for, and is there when it is', async () => {
  await chain.provider.send('evm_setAutomine', [false])
  const sent = await alice.sendTransaction({ to: wallet.address, value: 1n })
  expect(await read(sent.hash)).toEqual({ status: 'waiting', from: wallet.address, to: wallet.address })
  await chain.provider.send('evm_mine', [])
  expect(await read(sent.hash)).toMatchObject({ status: 'done', gasUsed: 21_000n, transfers: [] })
  await chain.provider.send('evm_setAutomine', [true])
})

test('of one that nobody sent there is nothing to tell', async () => {
  expect(await read(`0x${'ab'.repeat(32)}`)).toBeNull()
})
