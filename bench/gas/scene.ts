import {
  batchHash,
  buildPayoutTree,
  deployContracts,
  domainSeparator,
  encodeActivate,
  encodeCommit,
  encodeExecuteBatch,
  type Payout,
  packPayouts,
  vaultContract,
} from '@rivulet/contracts'
import { Contract, ContractFactory, keccak256, NonceManager, toBeHex, Wallet } from 'ethers'
import { type Chain, startChain } from '../../packages/contracts/test/chain.ts'
import { compileBaselines } from './compile.ts'

/** Gas of a whole transaction, as its receipt says. */
export type Gas = number

/** What an epoch commits about its tree. */
export interface Tree {
  root: string
  total: bigint
  depth: number
}

/** A chain with a plain token, a vault of it and a multi-send contract that both have plenty. */
export type Scene = Awaited<ReturnType<typeof openScene>>

const RESERVES = 10n ** 24n
const CHALLENGE_DELAY = 60

/** Opens one. It has a node of its own, which `close` ends. */
export async function openScene() {
  const chain: Chain = await startChain()
  const { PlainToken, MultiSend } = compileBaselines('PlainToken', 'MultiSend')
  const payer = new NonceManager(new Wallet(chain.wallets[0]!.privateKey, chain.provider))
  const address = await payer.getAddress()
  const deployed = async ({ abi, bytecode }: typeof PlainToken) => {
    const contract = await new ContractFactory(abi, bytecode, payer).deploy()
    await chain.mined(contract.deploymentTransaction()!.hash)
    return new Contract(await contract.getAddress(), abi, payer)
  }
  const token = await deployed(PlainToken)
  const multiSend = await deployed(MultiSend)
  const tokenAddress = await token.getAddress()
  const { vault } = await deployContracts(payer, {
    ...{ admin: address, operator: address, guardian: address, treasurer: address, token: tokenAddress },
    ...{ challengeDelaySeconds: CHALLENGE_DELAY, outflowBps: 10_000 },
  })
  const domain = domainSeparator(31337, vault)

  async function gasOf(to: string, data: string): Promise<Gas> {
    const { hash } = await payer.sendTransaction({ to, data, gasLimit: 30_000_000 })
    const { status, gasUsed } = await chain.mined(hash)
    if (status !== 1) throw new Error(`a transaction failed: ${hash}`)
    return Number(gasUsed)
  }
  const transfer = (to: string, amount: bigint) =>
    gasOf(tokenAddress, token.interface.encodeFunctionData('transfer', [to, amount]))
  await transfer(vault, RESERVES)
  await transfer(await multiSend.getAddress(), RESERVES)

  /** Commits the next epoch, with these batches, and activates it. */
  async function settle(tree: Tree, batches: Payout[][] = []): Promise<{ commit: Gas; activate: Gas }> {
    const contract = vaultContract(vault, chain.provider)
    const [head, executed] = await Promise.all([
      contract.getFunction('head')(),
      contract.getFunction('executed')(),
    ])
    const number = Number(head.number) + 1
    const payouts = buildPayoutTree(
      batches.map((batch, i) => batchHash(domain, number, i, packPayouts(batch))),
    )
    const epoch = {
      ...{ root: tree.root, payoutRoot: payouts.root, gross: tree.total, depth: tree.depth },
      ...{ authorisedTotal: 0n, depositsSeen: 0n },
      payoutTotal: batches.flat().reduce((sum, { amount }) => sum + amount, 0n),
    }
    // A hash that is not zero, as every real one: zero bytes of call data are cheaper.
    const dataHash = keccak256(toBeHex(number))
    const commit = await gasOf(vault, encodeCommit({ epoch, number, expectedExecuted: executed, dataHash }))
    await chain.skip(CHALLENGE_DELAY)
    return { commit, activate: await gasOf(vault, encodeActivate()) }
  }

  return {
    settle,
    close: () => chain.stop(),
    /** One transaction for each recipient. */
    async naive(payouts: readonly Payout[]): Promise<Gas> {
      let gas = 0
      for (const { account, amount } of payouts) gas += await transfer(account, amount)
      return gas
    },
    multiSend: async (payouts: readonly Payout[]): Promise<Gas> =>
      gasOf(
        await multiSend.getAddress(),
        multiSend.interface.encodeFunctionData('send', [
          ...[tokenAddress, payouts.map(({ account }) => account), payouts.map(({ amount }) => amount)],
        ]),
      ),
    /** An epoch of these two batches, the second one paid: the first paid one of an epoch is no dearer than a later. */
    async vault(payouts: readonly Payout[]): Promise<Gas> {
      const other = [{ account: address, amount: 1n }]
      await settle({ root: keccak256('0x01'), total: 1n, depth: 1 }, [[...payouts], other])
      const number = Number((await vaultContract(vault, chain.provider).getFunction('head')()).number)
      const sibling = batchHash(domain, number, 1, packPayouts(other))
      const gas = await gasOf(
        vault,
        encodeExecuteBatch({ index: 0, records: packPayouts(payouts), proof: [sibling] }),
      )
      for (const { account } of [payouts[0]!, payouts.at(-1)!])
        if ((await token.getFunction('balanceOf')(account)) === 0n) throw new Error(`${account} was not paid`)
      return gas
    },
  }
}

/** Accounts that nobody has used, always the same ones; amounts of up to ten dollars, as payouts are. */
export function recipients(count: number, group: string): Payout[] {
  return Array.from({ length: count }, (_, i) => {
    const hash = keccak256(Buffer.from(`${group} ${i}`))
    return { account: `0x${hash.slice(26)}`, amount: (BigInt(hash) % 9_000_000n) + 1_000_000n }
  })
}
