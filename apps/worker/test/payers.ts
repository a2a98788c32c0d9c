import { encodeApprove, encodeDeposit } from '@rivulet/contracts'
import { Wallet } from 'ethers'
import { ask } from './chain-truth.ts'
import type { World } from './world.ts'

/** A signed deposit, ready to be put into any block. */
export type SignedDeposit = { raw: string; payer: Payer; nonce: number }

/** Somebody who pays into the vault, and signs by hand: what one block held can be put into another one. */
export type Payer = { wallet: Wallet; nonce: number }

const FEES = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 1n }

/** Somebody with tokens without end, all of them approved to the vault. */
export async function payer(world: World): Promise<Payer> {
  const wallet = new Wallet(Wallet.createRandom().privateKey)
  await world.chain.fund(wallet.address, { units: 10n ** 15n })
  const data = encodeApprove(world.chain.vault, 2n ** 200n)
  await ask(world, 'eth_sendRawTransaction', [await sign(world, wallet, 0, world.chain.token, data)])
  return { wallet, nonce: 1 }
}

/** Signs a deposit for an account with the payer's next nonce, or with one that is given. Nobody is sent anything. */
export async function signDeposit(
  world: World,
  payer: Payer,
  account: string,
  units: bigint,
  nonce = payer.nonce++,
): Promise<SignedDeposit> {
  const data = encodeDeposit(account, units)
  return { raw: await sign(world, payer.wallet, nonce, world.chain.vault, data), payer, nonce }
}

const sign = (world: World, wallet: Wallet, nonce: number, to: string, data: string) =>
  wallet.signTransaction({
    ...{ type: 2, chainId: world.chain.chainId, nonce, to, data, gasLimit: 300_000n, ...FEES },
  })

/** Makes one block with these in it. */
export async function block(world: World, deposits: readonly SignedDeposit[] = []): Promise<void> {
  await ask(world, 'evm_setAutomine', [false])
  for (const { raw } of deposits) await ask(world, 'eth_sendRawTransaction', [raw])
  await ask(world, 'evm_mine')
  await ask(world, 'evm_setAutomine', [true])
}

/** Replaces the last `depth` blocks; each deposit goes into the one of its index, from 0. */
export async function reorg(
  world: World,
  depth: number,
  deposits: readonly (readonly [SignedDeposit, number])[] = [],
): Promise<void> {
  await ask(world, 'anvil_reorg', [depth, deposits.map(([{ raw }, index]) => [raw, index])])
}
