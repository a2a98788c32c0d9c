import { balancesAt, undeliveredAt } from './books.ts'
import type { CheckerConfig } from './config.ts'
import type { Db } from './connect.ts'
import type { ExpectedLeaf } from './hashes.ts'
import type { Moment } from './moment.ts'
import { type EpochPayouts, readPayouts } from './payouts.ts'
import { depositsOf, openExits, placesOf, sponsorsOf } from './rows.ts'

/** What an epoch should say, computed without anything that its builder computed. */
export type Expected = {
  leaves: Map<bigint, ExpectedLeaf>
  payouts: EpochPayouts
  /** What is wrong already in what the database holds. */
  faults: string[]
}

/** Of one member, in nano. */
type Money = { spendable: bigint; pending: bigint; reserved: bigint }

/** Accounts that are nobody's: theirs is the treasury's leaf, or they are no part of the tree. */
const TREASURY = ['platform:revenue', 'pool:grants', 'treasury:out']

/**
 * Computes what an epoch should say, from transfers as of its moment, its withdrawals, and the chain's events up to its
 * block.
 */
export async function expectedOf(
  db: Db,
  config: Pick<CheckerConfig, 'unit' | 'clearingBps'>,
  epoch: { number: number; block: bigint; moment: Moment },
): Promise<Expected> {
  const { unit, clearingBps } = config
  const faults: string[] = []
  const balances = await balancesAt(db, epoch.moment)
  const payouts = await readPayouts(db, epoch.number, unit)
  faults.push(...payouts.faults)
  const people = await peopleOf(db, balances, epoch.moment, faults)
  const places = await placesOf(db)
  const deposits = await depositsOf(db, epoch.block, unit)
  const exiting = await openExits(db, epoch.block)

  const leaves = new Map<bigint, ExpectedLeaf>()
  for (const { index, address, memberId } of places) {
    const money = (memberId && people.get(memberId)) || { spendable: 0n, pending: 0n, reserved: 0n }
    if (memberId) people.delete(memberId)
    // Rounded up: (pending · bps) / 10,000.
    const fee = (money.pending * clearingBps + 9_999n) / 10_000n
    const isExiting = exiting.has(index)
    const held = money.pending - fee + money.reserved + (isExiting ? money.spendable : 0n)
    const payout = payouts.push.get(address)
    leaves.set(index, {
      ...{ index, account: address, authorised: payouts.authorised.get(address) ?? 0n },
      ...{ spendable: isExiting ? 0n : money.spendable / unit, held: held / unit },
      ...{ payout: payout?.amount ?? 0n, batch: payout?.batch ?? 0 },
      deposited: deposits.get(address) ?? 0n,
    })
  }
  for (const memberId of people.keys()) faults.push(`member ${memberId} has money and no place`)
  giveRestToTreasury(leaves, balances, unit, faults)

  const settling = sumWhere(balances, (ref) => ref.startsWith('settling:'))
  if (settling !== payouts.total * unit)
    faults.push(`${settling} nano are on their way where the epoch's withdrawals are ${payouts.total * unit}`)
  return { leaves, payouts, faults }
}

/** What every member has at the moment, by kind, and what of campaigns and of a period being closed is theirs. */
async function peopleOf(
  db: Db,
  balances: ReadonlyMap<string, bigint>,
  moment: Moment,
  faults: string[],
): Promise<Map<string, Money>> {
  const people = new Map<string, Money>()
  const add = (memberId: string, kind: keyof Money, amount: bigint) => {
    const money = people.get(memberId) ?? { spendable: 0n, pending: 0n, reserved: 0n }
    money[kind] += amount
    people.set(memberId, money)
  }
  const sponsors = await sponsorsOf(db)
  for (const [ref, balance] of balances) {
    const [room, id = '', kind = ''] = ref.split(':')
    if (room === 'member') {
      if (kind === 'available' || kind === 'pledge') add(id, 'spendable', balance)
      else if (kind === 'pending') add(id, 'pending', balance)
      else if (kind === 'budget' || kind === 'withdrawing') add(id, 'reserved', balance)
      else if (kind !== 'owed') faults.push(`${ref} is no account that leaves know`)
    } else if (room === 'campaign') {
      const sponsor = sponsors.get(id)
      if (sponsor) add(sponsor, 'reserved', balance)
      else faults.push(`${ref} has no campaign`)
    } else if (room === 'period') {
      const undelivered = await undeliveredAt(db, moment, BigInt(id))
      for (const [receiver, gross] of undelivered) add(receiver, 'pending', gross)
      const sum = [...undelivered.values()].reduce((a, b) => a + b, 0n)
      if (sum !== balance) faults.push(`${ref} holds ${balance} nano where its receipts say ${sum}`)
    } else if (!TREASURY.includes(ref) && !['chain', 'settling'].includes(room ?? ''))
      faults.push(`${ref} is no account that leaves know`)
  }
  return people
}

/** The treasury holds what is left of everything that is free: all that came in, less payouts, debts and surplus. */
function giveRestToTreasury(
  leaves: ReadonlyMap<bigint, ExpectedLeaf>,
  balances: ReadonlyMap<string, bigint>,
  unit: bigint,
  faults: string[],
): void {
  const treasury = leaves.get(0n)
  if (!treasury) {
    faults.push('nobody has index 0')
    return
  }
  const elsewhere = sumWhere(
    balances,
    (ref) => ref.startsWith('settling:') || ref === 'chain:surplus' || /^member:.*:owed$/.test(ref),
  )
  const free = -(balances.get('chain:reserve') ?? 0n) - elsewhere
  if (free % unit !== 0n) faults.push(`${free} free nano are no whole number of units`)
  const rest = free / unit - [...leaves.values()].reduce((sum, l) => sum + l.spendable + l.held, 0n)
  if (rest < 0n) faults.push(`the leaves are worth ${-rest} units more than what backs them`)
  treasury.held += rest
}

function sumWhere(balances: ReadonlyMap<string, bigint>, is: (ref: string) => boolean): bigint {
  let sum = 0n
  for (const [ref, balance] of balances) if (is(ref)) sum += balance
  return sum
}
