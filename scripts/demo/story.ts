import { setTimeout as sleep } from 'node:timers/promises'
import { Wallet } from 'ethers'
import { transactionsOf } from '../outside/books.ts'
import { nanoOf } from '../outside/decimal.ts'
import { signIn } from '../outside/member.ts'
import { balances } from './balances.ts'
import { clear, comment, deposit, like, pledge, tip, unlike, withdraw, write } from './deeds.ts'
import { person, type World, walletOf } from './world.ts'

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank']
const DOLLAR = 1_000_000_000n

/** Plays the story, from six new wallets to money of likes and tips on the chain. */
export async function play(world: World): Promise<void> {
  const { tale } = world

  tale.chapter('Six wallets sign in')
  await Promise.all(
    NAMES.map(async (name) =>
      world.people.set(name, await signIn(world.url, world.network, name, Wallet.createRandom())),
    ),
  )
  world.people = new Map(NAMES.map((name) => [name, person(world, name)]))
  for (const { name, wallet, id } of world.people.values())
    tale.line(`  ${name.padEnd(6)} ${wallet.address}  member ${id}`)

  tale.chapter('Test dollars go into the vault, and some are pledged for likes')
  await Promise.all([
    deposit(world, 'bob', 20n * DOLLAR),
    deposit(world, 'carol', 3n * DOLLAR),
    deposit(world, 'dave', 10n * DOLLAR),
    deposit(world, 'erin', 5n * DOLLAR, 'permit'),
  ])
  await pledge(world, 'bob', DOLLAR)
  await pledge(world, 'dave', DOLLAR / 2n)
  await pledge(world, 'erin', DOLLAR / 4n)
  await pledge(world, 'carol', nanoOf(world.network.rates.like))

  tale.chapter('Three write')
  await write(world, 'alice', "alice's note", {
    kind: 'note',
    text: 'A river is a place that is never the same water.',
  })
  await write(world, 'bob', "bob's article", {
    kind: 'article',
    title: 'Where the money of likes comes from',
    text: 'From somebody who had it a moment before. Always.',
  })
  await write(world, 'carol', "carol's note", {
    kind: 'note',
    text: 'First frost on the reeds this morning.',
  })

  // A like can be taken back while it is pending, and that is as short as the clock of this stack.
  await nextPeriod(world)
  tale.chapter('One comments, likes fly, one is taken back')
  await like(world, 'erin', "carol's note", 'carol')
  await unlike(world, 'erin', "carol's note", 'carol')
  await comment(world, 'dave', "bob's article", 'bob', { name: "dave's comment", text: 'That clears it up.' })
  await like(world, 'bob', "alice's note", 'alice')
  await like(world, 'carol', "alice's note", 'alice')
  await like(world, 'dave', "alice's note", 'alice')
  await like(world, 'erin', "alice's note", 'alice')
  await like(world, 'dave', "carol's note", 'carol')
  await like(world, 'bob', "carol's note", 'carol')
  await like(world, 'erin', "bob's article", 'bob')
  await like(world, 'bob', "dave's comment", 'dave')
  await like(world, 'carol', "bob's article", 'bob')
  await like(world, 'frank', "alice's note", 'alice')
  await like(world, 'alice', "alice's note", 'alice')
  tale.line('')
  tale.line(await balances(world))

  tale.chapter('A tip arrives at once')
  await tip(world, 'dave', "alice's note", 'alice', { amount: 1_234_567_891n, message: 'For the last line.' })
  await tip(world, 'erin', "bob's article", 'bob', { amount: DOLLAR / 2n, message: 'Write more of these.' })

  tale.chapter('What is pending clears')
  await clear(world)
  tale.line('')
  tale.line(await balances(world))

  tale.chapter('Earned money leaves for the wallets')
  const { nanoInUnit } = world.chain
  const earned = nanoOf((await walletOf(person(world, 'alice'))).available)
  const epochs = await Promise.all([
    withdraw(world, 'alice', earned - (earned % nanoInUnit)),
    withdraw(world, 'bob', 12n * DOLLAR + DOLLAR / 2n),
  ])
  for (const epoch of new Set(epochs)) {
    tale.line(`\n  epoch ${epoch} on the chain:`)
    for (const { purpose, hash } of await transactionsOf(world.database, epoch))
      tale.line(`    ${purpose.replace(`epoch:${epoch}:`, '').padEnd(10)} ${hash}`)
  }
}

/** Waits for the next period to start. Periods are counted from 1970. */
async function nextPeriod({ network }: World): Promise<void> {
  const period = network.periodSeconds * 1000
  await sleep(period - (Date.now() % period) + 50)
}
