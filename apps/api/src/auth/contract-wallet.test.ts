import { testChain } from '@rivulet/stack'
import { Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { deploy as deployOn } from '../../test/contract.ts'
import { call, newNonce, signInMessage } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())
const { app } = await world({ CHAIN_RPC_URL: chain.rpcUrl, CHAIN_ID: String(chain.chainId) })

const deploy = (runtime: string) => deployOn(chain, runtime)

async function signInAs(address: string, signature: string) {
  const message = signInMessage(address, await newNonce(app), { chainId: chain.chainId })
  const answer = await call(app, 'POST', '/v1/auth/verify', { message, signature })
  return `${answer.status} ${answer.body.code ?? answer.body.member.address}`
}

/** PUSH4 the magic value, left-aligned into 32 bytes, and RETURN it. */
const SAYS_YES = '0x631626ba7e60e01b5f5260205ff3'
/** Yes, if the signature's first byte is 0xaa: it lies behind selector, hash, offset and length, at 4 + 3 × 32. */
const SAYS_YES_TO_AA = '0x60643560f81c60aa14600d57005b631626ba7e60e01b5f5260205ff3'

test('a contract signs in by its own word (EIP-1271)', async () => {
  const yes = await deploy(SAYS_YES)
  expect(await signInAs(yes, '0x1234')).toBe(`200 ${yes}`)

  const picky = await deploy(SAYS_YES_TO_AA)
  expect(await signInAs(picky, '0xaa')).toBe(`200 ${picky}`)
  expect(await signInAs(picky, '0xab')).toBe('401 bad_signature')
})

test('no other word is a yes', async () => {
  const { wallet, ...runtimes } = {
    wallet: Wallet.createRandom(),
    reverts: '0x5f5ffd',
    returnsNothing: '0x00',
    returnsOne: '0x60015f5260205ff3',
    returnsAllOnes: '0x5f195f5260205ff3',
    returnsTheMagicInTheWrongPlace: '0x631626ba7e5f5260205ff3',
    returnsFourBytesOnly: '0x631626ba7e60e01b5f5260045ff3',
    burnsAllGas: '0x5b5f56',
  }
  for (const [what, runtime] of Object.entries(runtimes)) {
    const answer = await signInAs(await deploy(runtime), '0x1234')
    expect([what, answer]).toEqual([what, '401 bad_signature'])
  }
  // An address without code has no word of its own.
  expect(await signInAs(wallet.address, '0x1234')).toBe('401 bad_signature')
  expect(await signInAs(wallet.address, `0x${'00'.repeat(65)}`)).toBe('401 bad_signature')
})

test('a chain that does not answer is not a yes, and not a no', async () => {
  const yes = await deploy(SAYS_YES)
  chain.provider.destroy()
  await chain.process.stop()
  expect(await signInAs(yes, '0x1234')).toBe('503 unavailable')
})
