import { hmacSha256, type Leaf } from '@rivulet/contracts'
import type { Rules } from '@rivulet/economy'
import { amountOf, feeUp } from '@rivulet/ledger'

/** What the books say of one place in the tree. Money in nano, `authorised` and `deposited` in token units. */
export type Account = {
  index: bigint
  address: string
  authorised: bigint
  deposited: bigint
  /** available and pledge */
  spendable: bigint
  pending: bigint
  /** budget, what is asked for and in no batch yet, and what is left of own campaigns */
  reserved: bigint
}

/** A payout of the epoch to an address: `amount` in token units. */
export type PlannedPayout = { amount: bigint; batch: number }

/** What backs the tree, in nano: what the vault holds, and what of it is not the tree's. */
export type Backing = { reserves: bigint; settling: bigint; owed: bigint; surplus: bigint }

/** The leaves of an epoch, by rising index, made when they are asked for: a million of them need not be kept. */
export type Leaves = {
  length: number
  highestIndex: bigint
  /** Sums over all of them, in token units. */
  authorisedTotal: bigint
  depositsSeen: bigint
  /** As of an array. */
  slice(from?: number, to?: number): Leaf[]
}

/**
 * The leaves of an epoch: of each account what it could spend and what would still become its own, in whole token
 * units; the first one, the treasury's, also gets the rest, dust included, so that the leaves add up to everything the
 * vault holds for the tree.
 *
 * @param accounts every place by rising index, the treasury first; must stay as they are
 * @param salt 32 bytes of 0x-hex for an address
 * @throws Error when the leaves would be worth more than what backs them
 */
export function leavesOf(
  accounts: readonly Account[],
  backing: Backing,
  payouts: ReadonlyMap<string, PlannedPayout>,
  rules: Pick<Rules, 'unit' | 'fees'>,
  salt: (address: string) => string,
): Leaves {
  const treasury = accounts[0]
  if (treasury?.index !== 0n) throw new Error('the tree has no treasury at index 0')
  let [worth, authorisedTotal, depositsSeen] = [0n, 0n, 0n]
  for (const account of accounts) {
    const { spendable, held } = worthOf(account, rules)
    worth += spendable + held
    authorisedTotal += account.authorised
    depositsSeen += account.deposited
  }
  // What is authorised and was not claimed lies in the clearing account or is owed: it is no part of this backing.
  const rest = freeOf(backing, rules.unit) - worth
  if (rest < 0n) throw new Error(`the leaves are worth ${-rest} units more than what backs them`)

  const leafOf = (account: Account): Leaf => {
    const { spendable, held } = worthOf(account, rules)
    const payout = payouts.get(account.address)
    return {
      index: account.index,
      account: account.address,
      authorised: account.authorised,
      spendable,
      held: account === treasury ? held + rest : held,
      payout: payout?.amount ?? 0n,
      batch: payout?.batch ?? 0,
      deposited: account.deposited,
      salt: salt(account.address),
    }
  }
  return {
    length: accounts.length,
    highestIndex: accounts.at(-1)!.index,
    authorisedTotal,
    depositsSeen,
    slice: (from, to) => accounts.slice(from, to).map(leafOf),
  }
}

/** What an account could spend and what would still become its own, in whole token units. */
function worthOf(
  { spendable, pending, reserved }: Account,
  { unit, fees }: Pick<Rules, 'unit' | 'fees'>,
): { spendable: bigint; held: bigint } {
  const earned = pending - feeUp(amountOf(pending), fees.clearingBps)
  return { spendable: spendable / unit, held: (earned + reserved) / unit }
}

/**
 * What is to be spendable or held in some leaf, in token units: all that the vault holds but payouts on their way, what
 * can be claimed or is owed, and surplus.
 */
export function freeOf({ reserves, settling, owed, surplus }: Backing, unit: bigint): bigint {
  const nano = reserves - settling - owed - surplus
  if (nano % unit !== 0n) throw new Error(`${nano} nano of backing are no whole number of units`)
  return nano / unit
}

/** Salts nobody else can guess and the operator can make again: HMAC-SHA-256 of address and epoch. */
export function saltMaker(secret: string, epoch: number): (address: string) => string {
  const key = Buffer.from(secret)
  return (address) =>
    `0x${Buffer.from(hmacSha256(key, Buffer.from(`leaf salt\n${address}\n${epoch}`))).toString('hex')}`
}

/** How deep the tree has to be: at least 4, never less than before, and deeper before the places run out. */
export function depthFor(highestIndex: bigint, before: number): number {
  let depth = Math.max(4, before)
  while ((highestIndex + 1n) * 4n > 3n * 2n ** BigInt(depth)) depth++
  return depth
}
