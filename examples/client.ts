/*
 * A whole client in one file: two wallets, a deposit, a like, a tip, a withdrawal. It knows the API and nothing else.
 *
 *     npm start                                 in one terminal
 *     node examples/client.ts [API address]     in another (Node ≥ 22.18, or npx node …)
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Contract, type HDNodeWallet, JsonRpcProvider, Wallet } from 'ethers'

const api = process.argv[2] ?? 'http://127.0.0.1:3000'

/** One call. `token` signs in; `once` is the Idempotency-Key that calls which move money want. */
async function call(method: string, path: string, { token = '', body = {}, once = '' } = {}) {
  const answer = await fetch(api + path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(once ? { 'idempotency-key': once } : {}),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  })
  const json = answer.status === 204 ? null : await answer.json()
  if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
  // biome-ignore lint/suspicious/noExplicitAny: the document at /openapi.json has the shapes
  return json as any
}

const network = await call('GET', '/v1/network')
const chain = new JsonRpcProvider(network.chain.rpcUrl, network.chain.id, { staticNetwork: true })
chain.pollingInterval = 250

/** Signs a wallet in: EIP-4361, no password. */
async function signIn(wallet: HDNodeWallet) {
  const { nonce } = await call('POST', '/v1/auth/nonce')
  const message = [
    `${network.auth.domain} wants you to sign in with your Ethereum account:`,
    wallet.address,
    '',
    'Sign in to Rivulet.',
    '',
    `URI: ${network.auth.uri}`,
    'Version: 1',
    `Chain ID: ${network.chain.id}`,
    `Nonce: ${nonce}`,
    `Issued At: ${new Date().toISOString()}`,
  ].join('\n')
  const signature = await wallet.signMessage(message)
  const { token, member } = await call('POST', '/v1/auth/verify', { body: { message, signature } })
  return { wallet, token: token as string, id: member.id as string }
}

/** Asks again until the answer is as wished. */
async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    await sleep(250)
  }
}

const alice = await signIn(Wallet.createRandom(chain))
const bob = await signIn(Wallet.createRandom(chain))
console.log('alice and bob have signed in')

await call('POST', '/v1/dev/faucet', { body: { address: alice.wallet.address } })
const { vault, token, member } = await call('GET', '/v1/wallet/deposit-instructions', { token: alice.token })
const dollars = new Contract(
  token,
  ['function approve(address, uint256)', 'function balanceOf(address) view returns (uint256)'],
  alice.wallet,
)
const deposits = new Contract(vault, ['function deposit(address account, uint256 amount)'], alice.wallet)
await (await dollars.getFunction('approve')(vault, 10_000_000n)).wait()
await (await deposits.getFunction('deposit')(member, 10_000_000n)).wait()
await until(
  () => call('GET', '/v1/wallet', { token: alice.token }),
  (wallet) => wallet.available === '10',
)
console.log('alice has deposited 10, and it is final')

const post = await call('POST', '/v1/posts', {
  token: bob.token,
  body: { kind: 'note', text: 'Hello, river.' },
})
await call('POST', '/v1/wallet/pledge', {
  token: alice.token,
  body: { amount: '1' },
  once: 'my first pledge',
})
const like = await call('PUT', `/v1/posts/${post.id}/like`, { token: alice.token })
console.log(`alice likes bob's note: ${like.credited} for him`)
const body = { postId: post.id, amount: '2', message: 'For the river.' }
const tip = await call('POST', '/v1/tips', { token: alice.token, body, once: 'my first tip' })
console.log(`alice tips ${tip.amount}: ${tip.net} for bob, ${tip.fee} for the network`)

const asked = await call('POST', '/v1/wallet/withdrawals', {
  token: bob.token,
  body: { amount: tip.net },
  once: 'my first withdrawal',
})
const paid = await until(
  () => call('GET', `/v1/wallet/withdrawals/${asked.id}`, { token: bob.token }),
  (withdrawal) => withdrawal.status === 'confirmed',
)
console.log(`bob's withdrawal is in epoch ${paid.epoch}, transaction ${paid.txHash}`)
console.log(`in bob's wallet: ${await dollars.getFunction('balanceOf')(bob.wallet.address)} units`)
for (const entry of (await call('GET', '/v1/wallet/entries', { token: bob.token })).data)
  console.log(`  ${entry.account} ${entry.stream} ${entry.amount}, then ${entry.balanceAfter}`)
chain.destroy()
