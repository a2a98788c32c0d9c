import { Wallet } from 'ethers'
import { expect, test } from 'vitest'
import { testChain } from './chain.ts'
import { TestProvider } from './provider.ts'

/** A node that mines a moment after it has taken a transaction: it knows of no receipt so many times. */
class LateProvider extends TestProvider {
  looks = 3

  override async send(method: string, params: unknown[]) {
    if (method === 'eth_getTransactionReceipt' && this.looks-- > 0) return null
    return super.send(method, params)
  }
}

test('a transaction that is mined between two looks is found, though no other block comes', async () => {
  const chain = await testChain({ blockTime: null })
  const provider = new LateProvider(chain.rpcUrl, chain.chainId)
  try {
    const alice = Wallet.createRandom().connect(provider)
    await chain.fund(alice.address)
    const sent = await alice.sendTransaction({ to: Wallet.createRandom().address, value: 1n })
    expect(await sent.wait()).toMatchObject({ hash: sent.hash, status: 1 })
    expect(await sent.wait()).toMatchObject({ hash: sent.hash })
    expect(provider.looks).toBeLessThan(0)
  } finally {
    provider.destroy()
    await chain.close()
  }
})
