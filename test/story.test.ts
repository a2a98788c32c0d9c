import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Contract, JsonRpcProvider, parseUnits, Wallet } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from '../scripts/compose.ts'

/*
 * A client as somebody outside would write it, with `fetch` and `ethers`, knowing nothing but the calls and shapes of the
 * API. The stack is stopped and started again in the end, on the same home.
 */

/** Nothing clears meanwhile; what is withdrawn is paid at once. */
const CLOCK = {
  PERIOD_SECONDS: '3600',
  HOLD_SECONDS: '3600',
  HOLD_YOUNG_SECONDS: '3600',
  SETTLEMENT_SECONDS: '1',
  CHALLENGE_DELAY_SECONDS: '1',
}

let home: string
let stack: Stack

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rivulet-story-'))
  stack = await startStack({ home, env: CLOCK })
})

afterAll(async () => {
  await stack?.stop()
  await rm(home, { recursive: true, force: true })
})

type Body = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into as JSON
type Json = any

async function call(method: string, path: string, token?: string, body?: Body, key?: string): Promise<Json> {
  const response = await fetch(stack.url + path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(key && { 'idempotency-key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text && JSON.parse(text)
}

async function signIn(wallet: {
  address: string
  signMessage(text: string): Promise<string>
}): Promise<string> {
  const { auth, chain } = await call('GET', '/v1/network')
  const { nonce } = await call('POST', '/v1/auth/nonce')
  const message = `${auth.domain} wants you to sign in with your Ethereum account:
${wallet.address}


URI: ${auth.uri}
Version: 1
Chain ID: ${chain.id}
Nonce: ${nonce}
Issued At: ${new Date().toISOString()}`
  const { token, member } = await call('POST', '/v1/auth/verify', undefined, {
    message,
    signature: await wallet.signMessage(message),
  })
  expect(member.address).toBe(wallet.address)
  return token
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await holds()); await sleep(100))
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
}

async function onChain() {
  const { chain, asset } = await call('GET', '/v1/network')
  const provider = new JsonRpcProvider(chain.rpcUrl, chain.id, { staticNetwork: true, cacheTimeout: -1 })
  provider.pollingInterval = 100
  const token = new Contract(
    asset.address,
    [
      'function balanceOf(address) view returns (uint256)',
      'function approve(address, uint256) returns (bool)',
    ],
    provider,
  )
  const vault = new Contract(chain.vault, ['function deposit(address account, uint256 amount)'], provider)
  return {
    provider,
    balanceOf: (address: string): Promise<bigint> => token.getFunction('balanceOf')(address),
    approve: async (from: Wallet, amount: bigint) => {
      const sent = await (token.connect(from.connect(provider)) as Contract).getFunction('approve')(
        chain.vault,
        amount,
      )
      await sent.wait()
    },
    deposit: async (from: Wallet, amount: bigint) => {
      const sent = await (vault.connect(from.connect(provider)) as Contract).getFunction('deposit')(
        from.address,
        amount,
      )
      await sent.wait()
    },
    vault: chain.vault as string,
  }
}

/** Sums of decimals, in the token's 6 places and the ledger's 9. */
const nano = (decimal: string) => parseUnits(decimal, 9)

async function reservesHold(): Promise<void> {
  const chain = await onChain()
  try {
    const { reserves, liabilities, inFlight, surplus, block } = await call('GET', '/v1/transparency')
    expect(nano(reserves)).toBe(nano(liabilities) + nano(inFlight) + nano(surplus))
    expect(await chain.balanceOf(chain.vault)).toBe(nano(reserves) / 1000n)
    expect(Number(block)).toBeGreaterThan(0)
  } finally {
    chain.provider.destroy()
  }
}

test('money deposited by one is earned by another, arrives in a wallet, and is all there after a restart', async () => {
  const alice = new Wallet(Wallet.createRandom().privateKey)
  const bob = new Wallet(Wallet.createRandom().privateKey)
  const [aliceToken, bobToken] = [await signIn(alice), await signIn(bob)]

  const chain = await onChain()
  await call('POST', '/v1/dev/faucet', undefined, { address: bob.address })
  await until('the faucet has paid', async () => (await chain.balanceOf(bob.address)) === 100_000_000n)
  expect(await chain.provider.getBalance(bob.address)).toBe(10n ** 18n)

  const instructions = await call('GET', '/v1/wallet/deposit-instructions', bobToken)
  expect(instructions).toMatchObject({ vault: chain.vault, member: bob.address })
  await chain.approve(bob, 12_345_678n)
  await chain.deposit(bob, 12_345_678n)
  await until(
    'the deposit is booked',
    async () => (await call('GET', '/v1/wallet', bobToken)).available !== '0',
  )
  expect(await call('GET', '/v1/wallet', bobToken)).toEqual({
    available: '12.345678',
    pending: '0',
    budget: '0',
    pledge: '0',
    withdrawing: '0',
    owed: '0',
    earnedTotal: '0',
  })

  const post = await call('POST', '/v1/posts', aliceToken, { kind: 'note', text: 'Hello, river.' })
  await call('POST', '/v1/wallet/pledge', bobToken, { amount: '2' }, 'set-two-aside')
  expect(await call('PUT', `/v1/posts/${post.id}/like`, bobToken)).toEqual({
    liked: true,
    likes: 1,
    credited: '0.0005',
    unfunded: false,
  })
  expect(await call('GET', '/v1/wallet', aliceToken)).toMatchObject({ pending: '0.0005', available: '0' })
  expect(await call('GET', '/v1/wallet', bobToken)).toMatchObject({
    pledge: '1.9995',
    available: '10.345678',
  })

  // 2.5 % of 3.333333333 is 0.083333333325.
  const tip = { postId: post.id, amount: '3.333333333', message: 'Hello, Alice.' }
  expect(await call('POST', '/v1/tips', bobToken, tip, 'hello')).toMatchObject({
    amount: '3.333333333',
    fee: '0.083333334',
    net: '3.249999999',
  })
  expect((await call('GET', '/v1/wallet', aliceToken)).available).toBe('3.249999999')

  const { id, status } = await call(
    'POST',
    '/v1/wallet/withdrawals',
    aliceToken,
    { amount: '3.249999' },
    'out',
  )
  expect(status).toBe('requested')
  const read = () => call('GET', `/v1/wallet/withdrawals/${id}`, aliceToken)
  await until('the withdrawal is final', async () => (await read()).status === 'confirmed')
  const paid = await read()
  expect(paid).toMatchObject({
    amount: '3.249999',
    to: alice.address,
    lane: 'push',
    epoch: expect.any(Number),
  })
  expect(await chain.balanceOf(alice.address)).toBe(3_249_999n)
  const receipt = await chain.provider.getTransactionReceipt(paid.txHash)
  expect(receipt?.status).toBe(1)
  await reservesHold()

  const state = async () => ({
    alice: await call('GET', '/v1/wallet', aliceToken),
    bob: await call('GET', '/v1/wallet', bobToken),
    post: await call('GET', `/v1/posts/${post.id}`, bobToken),
    entries: await call('GET', '/v1/wallet/entries?limit=100', bobToken),
    withdrawal: await read(),
    network: (await call('GET', '/v1/network')).chain.vault,
  })
  const wallets = async (balanceOf: (address: string) => Promise<bigint>) => [
    await balanceOf(alice.address),
    await balanceOf(bob.address),
  ]
  const before = await state()
  expect(before.alice).toMatchObject({
    available: '0.000000999',
    pending: '0.0005',
    earnedTotal: '3.250499999',
  })
  const walletsBefore = await wallets(chain.balanceOf)
  chain.provider.destroy()

  await stack.stop()
  stack = await startStack({ home, env: CLOCK })
  expect(await state()).toEqual(before)
  const again = await onChain()
  expect(await wallets(again.balanceOf)).toEqual(walletsBefore)
  again.provider.destroy()
  await reservesHold()

  // It is not only there, it goes on.
  const bobAgain = await signIn(bob)
  expect((await call('DELETE', `/v1/posts/${post.id}/like`, bobAgain)).credited).toBe('0')
  expect((await call('GET', '/v1/wallet', bobAgain)).pledge).toBe('2')
})

test('the example client tells its story', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/client.ts', stack.url], {
    timeout: 60_000,
  })
  // Every amount follows from the rules: 2 less 2.5 %, and 1.95 dollars of 6 decimals.
  expect(stdout).toContain("alice likes bob's note: 0.0005 for him")
  expect(stdout).toContain('alice tips 2: 1.95 for bob, 0.05 for the network')
  expect(stdout).toContain("in bob's wallet: 1950000 units")
  expect(stdout).toContain('pending like 0.0005, then 0.0005')
})
