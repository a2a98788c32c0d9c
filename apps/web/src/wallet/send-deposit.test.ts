import { readAccount, vaultInterface } from '@rivulet/contracts'
import { testChain } from '@rivulet/stack'
import { type ContractTransactionResponse, NonceManager, Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { networkOf } from '../../test/network.ts'
import type { Network } from '../network/network.ts'
import { refusals } from './chain-refusals.ts'
import { claimOwed } from './claim.ts'
import { heldBy, sendDeposit } from './send-deposit.ts'
import { vaultOf } from './vault-calls.ts'

const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())

const network = networkOf(chain)

async function somebody(units: bigint) {
  const wallet = Wallet.createRandom(chain.provider)
  await chain.fund(wallet.address, { units })
  return { address: wallet.address, signer: new NonceManager(wallet) }
}

const steps: string[] = []
const onStep = (step: string) => steps.push(step)
const depositedBy = async (address: string): Promise<bigint> =>
  (await readAccount(chain.vault, chain.provider, 'latest', address)).deposited

test('alice deposits 12.5 of her 20: the vault has them for her', async () => {
  const alice = await somebody(20_000_000n)
  steps.length = 0
  const hash = await sendDeposit(network, alice.signer, { amount: '12.5', onStep })
  expect(steps).toEqual(['approving', 'sending', 'in a block'])
  const receipt = await chain.provider.getTransactionReceipt(hash)
  expect([receipt?.status, receipt?.to?.toLowerCase()]).toEqual([1, chain.vault.toLowerCase()])
  expect(await depositedBy(alice.address)).toBe(12_500_000n)
  expect(await heldBy(network, alice.address)).toBe('7.5')
  expect(await heldBy({ ...network, chain: { id: 1, vault: chain.vault } } as Network, alice.address)).toBe(
    undefined,
  )
})

test('bob left when he had approved: the second time he is not asked to approve again', async () => {
  const bob = await somebody(5_000_000n)
  const token = chain.dollar.connect(bob.signer) as typeof chain.dollar
  const approved: ContractTransactionResponse = await token.getFunction('approve')(chain.vault, 3_000_000n)
  await approved.wait()
  const before = await chain.provider.getTransactionCount(bob.address)
  await sendDeposit(network, bob.signer, { amount: '3', onStep })
  expect((await chain.provider.getTransactionCount(bob.address)) - before).toBe(1)
  expect(await depositedBy(bob.address)).toBe(3_000_000n)
})

test('what cannot be deposited is told in words, and nothing is sent', async () => {
  const carol = await somebody(1_000_000n)
  const tried = (amount: string) => sendDeposit(network, carol.signer, { amount, onStep })
  await expect(tried('1.000001')).rejects.toThrow('Your wallet holds less tUSD than that')
  await expect(tried('0.0000001')).rejects.toThrow('6 places at most')
  await expect(claimOwed(network, carol.signer)).rejects.toThrow('There is nothing to take')
  expect(await chain.provider.getTransactionCount(carol.address)).toBe(0)
})

test('the calls are those of the vault', () => {
  const { interface: own } = vaultOf(network, chain.provider)
  for (const name of ['deposit', 'claim', 'claimOwed'])
    expect(own.getFunction(name)?.selector, name).toBe(vaultInterface.getFunction(name)?.selector)
  refusals.forEachError(({ name, selector }) => {
    expect(vaultInterface.getError(name)?.selector, name).toBe(selector)
  })
})
