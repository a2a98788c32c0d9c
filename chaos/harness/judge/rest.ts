import { rpc } from '@rivulet/stack'
import { id } from 'ethers'
import { until } from '../until.ts'
import { clearVoided } from '../veto.ts'
import { NANO } from '../wishes.ts'
import type { World } from '../world.ts'
import { type Books, readBooks } from './books.ts'
import { type ChainFacts, readChainFacts } from './chain-facts.ts'
import { differences, judge } from './judge.ts'

const ENDED = ['confirmed', 'cancelled', 'refunded']

/** What is not done yet, in one number: 0 when nothing is under way. */
const UNDER_WAY = `
  select (select count(*) from withdrawals
           where not status::text = any($1) and (status <> 'owed' or lane = 'pull'))
       + (select count(*) from epochs where status::text <> 'settled')
       + (select count(*) from chain_transactions where status <> 'final') as open,
       (select coalesce(max(block_number), 0) from chain_cursor) as cursor`

/** Waits until nothing is under way, and judges: what holds at any time, and what holds at rest. */
export async function judgeAtRest(world: World, { patienceMs = 45_000 } = {}): Promise<string[]> {
  try {
    await until('nothing is under way', async () => (await clearVoided(world)) === false && isAtRest(world), {
      patienceMs,
      everyMs: 50,
    })
  } catch (error) {
    return [(error as Error).message, ...(await judge(world)), await stateOf(world)]
  }
  const always = await judge(world)
  if (always.length > 0) return always
  const [books, facts] = [await readBooks(world.pools.admin), await readChainFacts(world.chain)]
  return [
    ...paidWhole(books, facts),
    ...wallets(world, books, facts),
    ...(await reserves(world, books)),
    ...(await nonces(world, books)),
  ]
}

async function isAtRest(world: World): Promise<boolean> {
  const { rows } = await world.pools.admin.query<{ open: bigint; cursor: bigint }>(UNDER_WAY, [ENDED])
  if (rows[0]?.open !== 0n) throw new Error(`${rows[0]?.open} things are open`)
  if (!(await world.chain.remindDeposits())) throw new Error('the bank waits for a block')
  const { deposits, batches, claims } = await readChainFacts(world.chain)
  const last = Math.max(0, ...[...deposits, ...batches, ...claims].map(({ block }) => block))
  if (Number(rows[0].cursor) < last) throw new Error(`booked to ${rows[0].cursor} of ${last}`)
  return true
}

/** Every address has got exactly what was confirmed to it. */
function paidWhole({ withdrawals }: Books, { transfers }: ChainFacts): string[] {
  const sums = (all: { to: string; units: bigint }[]) =>
    [...Map.groupBy(all, ({ to }) => to)].map(
      ([to, s]) => `${to} ${s.reduce((sum, { units }) => sum + units, 0n)}`,
    )
  const confirmed = withdrawals.filter(({ status }) => status === 'confirmed')
  return differences(
    'the sum paid to an address',
    sums(confirmed.map(({ to, amount }) => ({ to, units: amount / NANO }))),
    sums(transfers),
  )
}

/** Every member has what they deposited, less what they were paid or is owed to them; and in `available`. */
function wallets({ members }: World, { withdrawals, balances }: Books, { deposits }: ChainFacts): string[] {
  return members.flatMap(({ id: member, address }) => {
    const came =
      deposits.filter(({ account }) => account === address).reduce((sum, d) => sum + d.units, 0n) * NANO
    const gone = withdrawals
      .filter(({ memberId, status }) => memberId === member && (status === 'confirmed' || status === 'owed'))
      .reduce((sum, { amount }) => sum + amount, 0n)
    const available = balances.get(`member:${member}:available`)
    return available === came - gone ? [] : [`${address} has ${available} where ${came - gone} are theirs`]
  })
}

async function reserves({ chain }: World, { balances }: Books): Promise<string[]> {
  const data = `${id('balanceOf(address)').slice(0, 10)}${chain.vault.slice(2).toLowerCase().padStart(64, '0')}`
  const held =
    BigInt(await rpc<string>(chain.rpcUrl, 'eth_call', [{ to: chain.token, data }, 'latest'])) * NANO
  const booked = -(balances.get('chain:reserve') ?? 0n)
  const settling = [...balances].filter(([ref, balance]) => ref.startsWith('settling:') && balance !== 0n)
  return [
    ...(held === booked ? [] : [`the vault holds ${held} nano, and the books say ${booked}`]),
    ...settling.map(([ref, balance]) => `${ref} still has ${balance}`),
  ]
}

/** The operator's key was used for exactly what the books say. */
async function nonces({ chain }: World, { transactions }: Books): Promise<string[]> {
  const count = Number(await rpc<string>(chain.rpcUrl, 'eth_getTransactionCount', [chain.operator, 'latest']))
  return count === transactions.length
    ? []
    : [`${count} nonces are spent, ${transactions.length} are in the books`]
}

async function stateOf({ pools, shipped }: World): Promise<string> {
  const rooms = await pools.admin.query(
    `select name, detail from worker_rooms where not ok or name in ('settlement', 'sender', 'chain-watcher')`,
  )
  const said = rooms.rows.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
  return `${shipped.size} processes run; ${said}`
}
