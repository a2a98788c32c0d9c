import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { amountOf, type Transfer } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { type Group, rounds } from './rounds.ts'
import { type CreditSource, chooseSource, clearsAt, periodAt, switchOff, switchOn } from './rules.ts'
import {
  addToPosts,
  type Interaction,
  type InteractionKey,
  insertMissing,
  insertReceipts,
  keyOf,
  lockInteractions,
  lockPendingReceipts,
  markReversed,
  type Receipt,
  saveInteractions,
} from './store.ts'

/** A wish: that the actor's interaction of this kind with the post be on, or off. */
export type ActInput = InteractionKey & { on: boolean }

export type ActResult =
  | {
      ok: true
      on: boolean
      /** Likes of the post, after. */
      likes: number
      /** Nano of this interaction's instant credit, as it stands. */
      credited: bigint
      /** Somebody could earn, and funds lacked. */
      unfunded: boolean
    }
  | { ok: false; code: 'post_not_found' }

/**
 * Switches interactions on and off, and moves the money that goes with it, in the same transaction.
 *
 * On: the kind's rate moves from the actor's budget, else pledge, to the author's `pending`; without funds the
 * interaction is recorded and `unfunded`. Off: a credit that is still pending goes back to where it came from.
 * Wishing for what already is changes nothing and answers how it stands. Money moves, and the batch answers, as its
 * inputs would one after another; `likes` are those after the batch. The number of statements does not grow with the
 * batch, but for wishes that contradict each other: they take a round each.
 */
export async function act(tx: Tx, rules: Rules, inputs: ActInput[]): Promise<ActResult[]> {
  const results: ActResult[] = inputs.map(() => ({ ok: false, code: 'post_not_found' }))
  for (const round of rounds(inputs, keyOf)) await actRound(tx, rules, round, results)
  return results
}

type Credit = { interaction: Interaction; source: CreditSource; id: string }
type Reversal = {
  interaction: Interaction
  receiptId: string
  id: string
  source: CreditSource
  gross: bigint
}

async function actRound(tx: Tx, rules: Rules, round: Group<ActInput>[], results: ActResult[]): Promise<void> {
  await insertMissing(
    tx,
    round.filter((g) => g.input.on).map((g) => g.input),
  )
  const { now, found } = await lockInteractions(
    tx,
    round.map((g) => g.input),
    rules,
  )
  const groups = round.flatMap((group) => {
    const interaction = found.get(keyOf(group.input))
    // Nothing begins on a post that is gone; what had begun can still be taken back.
    if (!interaction || (interaction.postDeleted && group.input.on)) return []
    return [{ ...group, interaction }]
  })
  await answerUntouched(tx, round, found, results)

  const turned = groups.filter((g) => g.interaction.active !== g.input.on)
  const { credits, reversals } = await plan(tx, rules, turned)
  const posted = await postAll(tx, rules, credits, reversals)

  const period = periodAt(now, rules)
  const receipts = posted.map(({ id, interaction, source }): Receipt => {
    const hold = interaction.young ? 'young' : 'normal'
    const gross = rules.rates[interaction.kind]
    return { id, interaction, source, gross, period, hold, clearsAt: clearsAt(period, hold, rules) }
  })
  await insertReceipts(tx, receipts, rules.version)
  await markReversed(
    tx,
    reversals.map((r) => ({ receiptId: r.receiptId, reversalId: r.id })),
  )

  const funded = new Set(posted.map((c) => c.interaction))
  const wanted = new Set(credits.map((c) => c.interaction))
  for (const { interaction, input } of turned) {
    interaction.active = input.on
    if (funded.has(interaction)) interaction.credited = rules.rates[interaction.kind]
    interaction.unfunded = wanted.has(interaction) && !funded.has(interaction)
  }
  for (const { interaction } of reversals) {
    interaction.credited = 0n
    interaction.reversals++
  }
  await saveInteractions(
    tx,
    turned.map((g) => g.interaction),
    period,
  )

  const likes = await addToPosts(tx, postChanges(turned, receipts, reversals))
  for (const { interaction, indices } of groups) {
    const { active, credited, unfunded, postId, likesCount } = interaction
    for (const index of indices)
      results[index] = { ok: true, on: active, likes: likes.get(postId) ?? likesCount, credited, unfunded }
  }
}

/** Switching off what was never on touches no row: the answer is that it is off. */
async function answerUntouched(
  tx: Tx,
  round: Group<ActInput>[],
  found: Map<string, Interaction>,
  results: ActResult[],
): Promise<void> {
  const absent = round.filter((g) => !g.input.on && !found.has(keyOf(g.input)))
  if (absent.length === 0) return
  const posts = await tx.query<{ id: string; likes: number }>(
    'select id, likes_count as likes from posts where id = any($1::uuid[]) and deleted_at is null',
    [absent.map((g) => g.input.postId)],
  )
  const likesOf = new Map(posts.rows.map((row) => [row.id, row.likes]))
  for (const { input, indices } of absent) {
    const likes = likesOf.get(input.postId)
    if (likes === undefined) continue
    for (const index of indices)
      results[index] = { ok: true, on: false, likes, credited: 0n, unfunded: false }
  }
}

type Turned = Group<ActInput> & { interaction: Interaction }

type Wanted = Omit<Credit, 'source'> & { source: CreditSource | undefined }

/**
 * Decides what moves, wish by wish: what one takes back, the next may spend. A credit gets the source that covers it,
 * as far as can be seen before posting, or none.
 */
async function plan(
  tx: Tx,
  rules: Rules,
  turned: Turned[],
): Promise<{ credits: Wanted[]; reversals: Reversal[] }> {
  const leaving = turned.filter((g) => !g.input.on && g.interaction.credited > 0n)
  const pending = await lockPendingReceipts(
    tx,
    leaving.map((g) => g.interaction.id),
  )
  const paying = new Set(turned.filter((g) => isPaying(g, rules)))
  const funds = await fundsOf(tx, new Set([...paying].map((g) => g.interaction.actorId)))

  const credits: Wanted[] = []
  const reversals: Reversal[] = []
  for (const group of turned) {
    const { interaction } = group
    const own = funds.get(interaction.actorId) ?? { budget: 0n, pledge: 0n }
    const receipt = pending.get(interaction.id)
    if (paying.has(group)) {
      const rate = rules.rates[interaction.kind]
      const source = chooseSource(rate, own)
      if (source) own[source] -= rate
      credits.push({ interaction, source, id: newId() })
    } else if (!group.input.on && switchOff(interaction, receipt !== undefined) === 'reverse' && receipt) {
      const { id: receiptId, source, gross } = receipt
      own[source] += gross
      reversals.push({ interaction, receiptId, id: newId(), source, gross })
    }
  }
  return { credits, reversals }
}

function isPaying({ input, interaction }: Turned, rules: Rules): boolean {
  const rate = rules.rates[interaction.kind]
  return input.on && switchOn(interaction, interaction.actorId === interaction.authorId, rate) === 'pay'
}

async function fundsOf(
  tx: Tx,
  memberIds: Set<string>,
): Promise<Map<string, { budget: bigint; pledge: bigint }>> {
  const ids = [...memberIds]
  if (ids.length === 0) return new Map()
  const balances = await ledgerOf(tx).balances(
    ids.flatMap((id) => [memberAccount(id, 'budget'), memberAccount(id, 'pledge')]),
  )
  const of = (id: string, account: CreditSource) => balances.get(memberAccount(id, account)) ?? 0n
  return new Map(ids.map((id) => [id, { budget: of(id, 'budget'), pledge: of(id, 'pledge') }]))
}

/**
 * Posts reversals and credits. The balances were read without a lock, so the book has the last word: a budget that
 * was spent meanwhile gives way to the pledge, and without either there is no credit.
 */
async function postAll(tx: Tx, rules: Rules, credits: Wanted[], reversals: Reversal[]): Promise<Credit[]> {
  const ledger = ledgerOf(tx)
  const first = credits.filter((c): c is Credit => c.source !== undefined)
  const results = await ledger.post([
    ...reversals.map(reversalTransfer),
    ...first.map((c) => creditTransfer(c, rules)),
  ])
  if (results.slice(0, reversals.length).some((r) => r !== 'ok'))
    throw new Error(`a pending credit could not be reversed: ${results.join()}`)

  const posted: Credit[] = []
  const again: Credit[] = []
  first.forEach((credit, i) => {
    const result = results[reversals.length + i]
    if (result === 'ok') posted.push(credit)
    else if (result !== 'insufficient') throw new Error(`a credit was answered ${result}`)
    else if (credit.source === 'budget') again.push({ ...credit, source: 'pledge' })
  })
  const second = await ledger.post(again.map((c) => creditTransfer(c, rules)))
  return [...posted, ...again.filter((_, i) => second[i] === 'ok')]
}

function creditTransfer({ interaction, source, id }: Credit, rules: Rules): Transfer {
  return {
    id,
    leg: 0,
    debit: memberAccount(interaction.actorId, source),
    credit: memberAccount(interaction.authorId, 'pending'),
    amount: rules.rates[interaction.kind],
    code: STREAMS[interaction.kind === 'repost' ? 'share' : interaction.kind],
  }
}

function reversalTransfer({ interaction, source, gross, id }: Reversal): Transfer {
  return {
    id,
    leg: 0,
    debit: memberAccount(interaction.authorId, 'pending'),
    credit: memberAccount(interaction.actorId, source),
    amount: amountOf(gross),
    code: STREAMS[interaction.kind === 'repost' ? 'share' : interaction.kind],
  }
}

function postChanges(
  turned: Turned[],
  receipts: Receipt[],
  reversals: Reversal[],
): Map<string, { likes: number; earned: bigint }> {
  const changes = new Map<string, { likes: number; earned: bigint }>()
  const of = (postId: string) => {
    const change = changes.get(postId) ?? { likes: 0, earned: 0n }
    changes.set(postId, change)
    return change
  }
  for (const { interaction, input } of turned)
    if (interaction.kind === 'like') of(interaction.postId).likes += input.on ? 1 : -1
  for (const receipt of receipts) of(receipt.interaction.postId).earned += receipt.gross
  for (const reversal of reversals) of(reversal.interaction.postId).earned -= reversal.gross
  return changes
}
