import { Interface, Wallet } from 'ethers'
import type { Chain } from './chain.ts'
import type { Call } from './client.ts'
import { each } from './each.ts'
import type { Network } from './member.ts'
import { until } from './until.ts'

const CALLS = new Interface([
  'function approve(address spender, uint256 amount) returns (bool)',
  'function deposit(address account, uint256 amount)',
])

/** Far above the price of gas on a quiet chain, and a deposit into a new account takes less. Wei, gas. */
const GAS_PRICE = 5_000_000_000n
const GAS_LIMIT = 200_000n
const ETHER = 10n ** 18n
const FAUCET_NANO = 100_000_000_000n

/**
 * Deposits money for many members from one wallet that the faucet has filled: real deposits, of a transaction each,
 * many under way at once. Waits until all are mined.
 *
 * @param endowments address → nano
 */
export async function endow(
  stranger: Call,
  chain: Chain,
  network: Network,
  endowments: ReadonlyMap<string, bigint>,
): Promise<void> {
  const { provider } = chain
  const wallet = new Wallet(Wallet.createRandom().privateKey, provider)
  const total = [...endowments.values()].reduce((sum, amount) => sum + amount, 0n)
  const gas = GAS_PRICE * GAS_LIMIT * BigInt(endowments.size + 2)
  const helpings = Math.max(Number(total / FAUCET_NANO), Number(gas / ETHER)) + 1
  for (let i = 0; i < helpings; i++) await stranger('POST', '/v1/dev/faucet', { address: wallet.address })
  await until('the faucet has paid', async () => (await chain.balanceOf(wallet.address)) >= total)

  const fees = { type: 2, gasLimit: GAS_LIMIT, maxFeePerGas: GAS_PRICE, maxPriorityFeePerGas: 1n }
  const calls = [
    {
      to: network.asset.address,
      data: CALLS.encodeFunctionData('approve', [chain.vaultAddress, 2n ** 256n - 1n]),
    },
    ...[...endowments].map(([address, nano]) => ({
      to: chain.vaultAddress,
      data: CALLS.encodeFunctionData('deposit', [address, chain.unitsOf(nano)]),
    })),
  ]
  const hashes: string[] = []
  await each(calls, 50, async (call, nonce) => {
    const raw = await wallet.signTransaction({ ...call, ...fees, nonce, chainId: network.chain.id })
    hashes[nonce] = await provider.send('eth_sendRawTransaction', [raw])
  })
  const last = hashes.at(-1) as string
  await until(
    'the deposits are mined',
    async () => (await provider.getTransactionReceipt(last)) ?? undefined,
    {
      seconds: 120,
    },
  )
}
