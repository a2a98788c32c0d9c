import { Wallet } from 'ethers'
import { transactionsOf } from '../outside/books.ts'
import { decimalOf, nanoOf } from '../outside/decimal.ts'
import { visit } from '../outside/life/acts.ts'
import { closeCampaign, fund } from '../outside/life/campaigns.ts'
import { person, walletOf } from '../outside/life/life.ts'
import { askForGrant, subscribe, tip, unlock } from '../outside/life/payments.ts'
import { closeAndClear, noteCloses } from '../outside/life/periods.ts'
import { consent } from '../outside/life/posts.ts'
import { signIn } from '../outside/member.ts'
import { comment, deposit, like, look, pays, pledge, read, repost, unlike, withdraw, write } from './deeds.ts'
import { balances } from './tables.ts'
import { tell, type World } from './world.ts'

const NAMES = ['sam', 'alice', 'bob', 'carol', 'dave', 'erin', 'frank']
const DOLLAR = 1_000_000_000n

/** Plays the story, from a sponsor's money to that of views, likes and tips in wallets. */
export async function play(world: World): Promise<void> {
  const { tale } = world
  await arrive(world)

  tale.chapter('They write: two of them together, one for money')
  await write(world, 'alice', "alice's note", {
    kind: 'note',
    text: 'A river is a place that is never the same water.',
  })
  await write(world, 'bob', "bob's article", {
    kind: 'article',
    title: 'Where the money of likes comes from',
    text: 'From somebody who had it a moment before. Always.',
  })
  await consent(world, 'dave', 'carol')
  await write(world, 'carol', "carol's note", {
    kind: 'note',
    text: 'First frost on the reeds this morning.',
    splits: [
      ['carol', 6_000],
      ['dave', 4_000],
    ],
  })
  const price = DOLLAR / 4n
  await write(world, 'erin', "erin's essay", {
    kind: 'article',
    title: 'On ferries',
    text: 'They wait.',
    price,
  })

  // Outside nobody can tell how much of a budget was left in the very moment in which its period was closed.
  await world.worker.stop()
  tale.chapter('Views: what they pay is half for the viewer to give on. No period is closed meanwhile')
  await Promise.all([
    look(world, 'bob', "alice's note"),
    look(world, 'carol', "bob's article"),
    look(world, 'dave', "carol's note"),
    look(world, 'erin', "alice's note"),
  ])

  await appreciate(world)
  await payAtOnce(world)
  tale.line('')
  tale.line(await balances(world))

  await world.worker.restart()
  tale.chapter('The period closes: what is left of budgets is split; what is pending clears, less the fee')
  await closeAndClear(world)
  tale.line(await balances(world))

  tale.chapter('The sponsor closes the campaign, and earned money leaves for the wallets')
  const before = nanoOf((await walletOf(person(world, 'sam'))).available)
  await closeCampaign(world, 'sam', 'boats')
  const after = nanoOf((await walletOf(person(world, 'sam'))).available)
  tell(world, 'sam closes the campaign', after - before, "boats → sam's available")
  await leave(world)
  await noteCloses(world)
}

async function arrive(world: World): Promise<void> {
  const { tale } = world
  tale.chapter('Seven wallets sign in')
  const members = await Promise.all(
    NAMES.map((name) => signIn(world.url, world.network, name, Wallet.createRandom())),
  )
  world.people = new Map(members.map((member) => [member.name, member]))
  for (const { name, wallet, id } of members) tale.line(`  ${name.padEnd(6)} ${wallet.address}  member ${id}`)

  tale.chapter('A sponsor brings money, and others some of their own')
  await Promise.all([
    deposit(world, 'sam', 50n * DOLLAR),
    deposit(world, 'bob', 20n * DOLLAR),
    deposit(world, 'carol', 6n * DOLLAR),
    deposit(world, 'dave', 10n * DOLLAR),
    deposit(world, 'erin', 7n * DOLLAR, 'permit'),
  ])
  const campaign = { budget: 2n * DOLLAR, price: DOLLAR / 100n }
  await fund(world, 'sam', 'boats', campaign)
  tell(
    world,
    'sam funds a campaign, boats',
    campaign.budget,
    `sam's available → boats, ${decimalOf(campaign.price)} a view`,
  )
  await pledge(world, 'bob', DOLLAR)
}

async function appreciate(world: World): Promise<void> {
  world.tale.chapter('Budgets pay for likes, reads, comments and shares; one like is taken back')
  await repost(world, 'carol', "alice's note", "alice's pending")
  await visit(world, 'erin', 'carol')
  await like(world, 'erin', "alice's note", "alice's pending, a tenth carol's", 'carol')
  await like(world, 'erin', "carol's note", "carol's and dave's pending")
  await like(world, 'dave', "alice's note", "alice's pending")
  await like(world, 'dave', "bob's article", "bob's pending")
  await unlike(world, 'dave', "bob's article", 'bob')
  await read(world, 'dave', "bob's article", "bob's pending")
  const said = { name: "dave's comment", text: 'That clears it up.' }
  await comment(world, 'dave', "bob's article", "bob's pending", said)
  await like(world, 'bob', "dave's comment", "dave's pending")
  await like(world, 'bob', "alice's note", "alice's pending")
  await like(world, 'bob', "carol's note", "carol's and dave's pending")
  await like(world, 'frank', "alice's note", "alice's pending")
  await like(world, 'alice', "alice's note", "alice's pending")
}

async function payAtOnce(world: World): Promise<void> {
  world.tale.chapter('A tip, a subscription and an unlock arrive at once; a grant is asked for')
  const gift = { amount: 1_234_567_891n, message: 'For the last line.' }
  await pays(world, `dave tips alice's note: “${gift.message}”`, 'dave', "alice's available", () =>
    tip(world, 'dave', "alice's note", gift),
  )
  await pays(world, 'bob subscribes to alice, and pays the first month', 'bob', "alice's available", () =>
    subscribe(world, 'bob', 'alice', DOLLAR),
  )
  await pays(world, "carol unlocks erin's essay", 'carol', "erin's available", () =>
    unlock(world, 'carol', "erin's essay"),
  )
  const aside = 4_000_000n
  await world.fundGrants(aside)
  tell(world, 'the operator sets revenue aside for grants', aside, 'platform:revenue → pool:grants')
  tell(world, 'bob asks for a grant', await askForGrant(world, 'bob'), "pool:grants → bob's budget")
}

async function leave(world: World): Promise<void> {
  const { nanoInUnit } = world.chain
  const earned = nanoOf((await walletOf(person(world, 'alice'))).available)
  const epochs = await Promise.all([
    withdraw(world, 'alice', earned - (earned % nanoInUnit)),
    withdraw(world, 'bob', 12n * DOLLAR + DOLLAR / 2n),
  ])
  for (const epoch of new Set(epochs)) {
    world.tale.line(`\n  epoch ${epoch} on the chain:`)
    for (const { purpose, hash } of await transactionsOf(world.database, epoch))
      world.tale.line(`    ${purpose.replace(`epoch:${epoch}:`, '').padEnd(10)} ${hash}`)
  }
}
