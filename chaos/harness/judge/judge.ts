import { existsSync, readFileSync } from 'node:fs'
import { Transaction } from 'ethers'
import { NANO } from '../wishes.ts'
import type { World } from '../world.ts'
import { type Books, readBooks } from './books.ts'
import { type ChainFacts, readChainFacts } from './chain-facts.ts'

export type Expected = {
  /** Halts that are meant to stand, by the beginning of `scope/reason`. */
  halts?: string[]
  /** The books were put back to an older day, so the chain knows more than they do. */
  forgetful?: boolean
}

/** What is wrong now, whatever is under way. Empty: nothing. */
export async function judge(world: World, expected: Expected = {}): Promise<string[]> {
  // What the books say is final was final when they said it, so the chain is asked after them; what was sent, before.
  const sent = [...world.proxy.sent.keys()]
  const books = await readBooks(world.pools.admin)
  const final = await world.proxy.finality.number()
  const facts = await readChainFacts(world.chain)
  const found = [
    ...world.seen,
    ...books.broken,
    ...unexpectedHalts(books, world, expected),
    ...paidTwice(facts),
    ...notFinal(books, final),
    ...deposits(books, facts),
    ...attempts(books),
    ...(expected.forgetful
      ? []
      : [
          ...payments(books, facts),
          ...claims(books, facts),
          ...epochs(books, facts),
          ...lostWishes(world, books),
          ...unkept(sent, books),
          ...unsigned(world, books),
        ]),
  ]
  return [...new Set(found)]
}

function unexpectedHalts({ halts }: Books, { meant }: World, { halts: more = [] }: Expected): string[] {
  return halts
    .filter((halt) => ![...meant, ...more].some((beginning) => halt.startsWith(beginning)))
    .map((halt) => `halted: ${halt}`)
}

function paidTwice({ batches }: ChainFacts): string[] {
  const byPlace = Map.groupBy(batches, ({ epoch, index }) => `${epoch}/${index}`)
  return [...byPlace]
    .filter(([, all]) => all.length > 1)
    .map(([place]) => `batch ${place} was executed twice`)
}

function notFinal({ cursor, events, transactions }: Books, final: number): string[] {
  return [
    ...(cursor > final ? [`booked to block ${cursor}, and ${final} is the last final one`] : []),
    ...events
      .filter(({ block }) => block > final)
      .map(({ kind, block }) => `${kind} of block ${block} is booked`),
    ...transactions
      .filter(({ status, block }) => status === 'final' && (block ?? 0) > final)
      .map(({ purpose, block }) => `${purpose} in block ${block} is called final`),
  ]
}

/** The deposits in the books are those of the chain up to the cursor: no fewer, no more, no other. */
function deposits({ cursor, events }: Books, facts: ChainFacts): string[] {
  const told = facts.deposits
    .filter(({ block }) => block <= cursor)
    .map(({ tx, log, account, units }) => `${tx}/${log} ${account} ${units * NANO}`)
  const booked = events
    .filter(({ kind }) => kind === 'deposit')
    .map(({ tx, log, account, amount }) => `${tx}/${log} ${account} ${amount}`)
  return differences('a deposit', told, booked)
}

/** Each paid batch paid exactly what the withdrawals in it ask for, and nothing was paid beside. */
function payments({ withdrawals, cursor }: Books, facts: ChainFacts): string[] {
  const paid = facts.transfers
    .filter(({ tx }) => !facts.collected.has(tx))
    .map(({ tx, to, units }) => `${tx} ${to} ${units}`)
  const wanted = facts.batches.flatMap(({ tx, epoch, index }) => {
    const refused = new Set(facts.refusals.filter((one) => one.tx === tx).map(({ to }) => to))
    const inBatch = withdrawals.filter((w) => w.epoch === epoch && w.batch === index && !refused.has(w.to))
    return [...Map.groupBy(inBatch, ({ to }) => to)].map(
      ([to, theirs]) => `${tx} ${to} ${theirs.reduce((sum, w) => sum + w.amount, 0n) / NANO}`,
    )
  })
  const executed = new Map(facts.batches.map(({ epoch, index, block }) => [`${epoch}/${index}`, block]))
  const unproven = withdrawals
    .filter(({ lane, status, epoch, batch }) => {
      if (lane === 'pull') return false
      const block = executed.get(`${epoch}/${batch}`)
      return status === 'confirmed' && (block === undefined || block > cursor)
    })
    .map(({ id }) => `withdrawal ${id} is confirmed, and no booked block of the chain pays it`)
  const refunded = withdrawals
    .filter(({ status, epoch, batch }) => status === 'refunded' && executed.has(`${epoch}/${batch}`))
    .map(({ id }) => `withdrawal ${id} was refunded and paid`)
  return [...differences('a payment', wanted, paid), ...unproven, ...refunded]
}

/** What was claimed in booked blocks is what the books let be claimed, to the unit; and nothing else ended a pull. */
function claims({ withdrawals, events, cursor }: Books, facts: ChainFacts): string[] {
  const told = facts.claims
    .filter(({ block }) => block <= cursor)
    .map(({ tx, log, account, units }) => `${tx}/${log} ${account} ${units * NANO}`)
  const booked = events
    .filter(({ kind }) => kind === 'claim')
    .map(({ tx, log, account, amount }) => `${tx}/${log} ${account} ${amount}`)
  const pulled = new Map<string, bigint>()
  for (const { to, lane, amount, epoch } of withdrawals)
    if (lane === 'pull' && epoch !== null) pulled.set(to, (pulled.get(to) ?? 0n) + amount)
  const beyond = [...Map.groupBy(facts.claims, ({ account }) => account)].flatMap(([account, theirs]) => {
    const sum = theirs.reduce((all, { units }) => all + units, 0n) * NANO
    const most = pulled.get(account) ?? 0n
    return sum > most ? [`${account} claimed ${sum} and asked for ${most}`] : []
  })
  return [...differences('a claim', told, booked), ...beyond]
}

/** What was committed is in the books and was judged first; one build of a number is activated, and that is not discarded. */
function epochs({ builds, cursor }: Books, { commits, activations }: ChainFacts): string[] {
  const found = commits.flatMap(({ number, root }) => {
    const build = builds.find((one) => one.number === number && one.root === root)
    if (!build) return [`epoch ${number} was committed with root ${root}, which no build has`]
    return build.judged ? [] : [`epoch ${number}/${build.attempt} was committed without a yes of the checker`]
  })
  const twice = [...Map.groupBy(activations, ({ number }) => number)]
    .filter(([, all]) => all.length > 1)
    .map(([number]) => `epoch ${number} was activated twice`)
  const astray = activations
    .filter(({ number, block }) => block <= cursor && !isActive(builds, number))
    .map(({ number }) => `epoch ${number} is active on the chain, and not in the books`)
  return [...found, ...twice, ...astray]
}

const isActive = (builds: Books['builds'], epoch: number) =>
  builds.some(({ number, status }) => number === epoch && (status === 'active' || status === 'settled'))

/** Whatever was kept as signed is in the signer's journal, once. */
function unsigned({ journal }: World, { transactions, attempts: all }: Books): string[] {
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').slice(0, -1) : []
  const nonces = lines.map((line) => (JSON.parse(line) as { nonce: number }).nonce)
  const signed = new Set(all.map(({ transaction }) => transaction))
  const missing = transactions.filter(({ id, nonce }) => signed.has(id) && !nonces.includes(nonce))
  return [
    ...missing.map(({ purpose }) => `${purpose} is signed, and the signer's journal does not have it`),
    ...(new Set(nonces).size < nonces.length ? ["the signer's journal has a nonce twice"] : []),
  ]
}

function attempts({ transactions, attempts: all }: Books): string[] {
  const byId = new Map(transactions.map((row) => [row.id, row]))
  return all.flatMap(({ transaction, hash, raw }) => {
    const row = byId.get(transaction)
    const read = Transaction.from(raw)
    const same =
      row &&
      read.hash === hash &&
      read.nonce === row.nonce &&
      read.to === row.to &&
      read.data === row.data &&
      read.value === 0n
    return same ? [] : [`the bytes of ${hash} are not what their row says`]
  })
}

/** What was acknowledged is there, with its amount; and there is nothing that nobody asked for. */
function lostWishes({ wishes }: World, { withdrawals }: Books): string[] {
  const there = new Map(withdrawals.map((w) => [w.id, w]))
  const lost = [...wishes.values()]
    .filter(({ id, sure, units, to }) => {
      const row = there.get(id)
      return row ? row.amount !== units * NANO || row.to !== to : sure
    })
    .map(({ id }) => `the withdrawal ${id} was acknowledged and is not there`)
  const strange = withdrawals.filter(({ id }) => !wishes.has(id)).map(({ id }) => `nobody asked for ${id}`)
  return [...lost, ...strange]
}

/** Every transaction that ever went by is kept. */
function unkept(sent: string[], { attempts: all }: Books): string[] {
  const kept = new Set(all.map(({ hash }) => hash))
  return sent.filter((hash) => !kept.has(hash)).map((hash) => `${hash} was sent and is not kept`)
}

export function differences(what: string, wanted: string[], found: string[]): string[] {
  const left = [...found]
  const missing = wanted.filter((one) => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return [
    ...missing.slice(0, 5).map((one) => `${what} is missing: ${one}`),
    ...left.slice(0, 5).map((one) => `${what} is too much: ${one}`),
  ]
}
