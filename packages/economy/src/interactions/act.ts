import { newId, RunAgain, type Tx } from '@rivulet/db'
import type { Rules } from '../rules.ts'
import { type Part, sumOf } from '../shares/rules.ts'
import type { Change } from './legs.ts'
import { type Group, rounds } from './rounds.ts'
import {
  type ActRefusal,
  afterTakingBack,
  type CreditSource,
  chooseSource,
  partsDue,
  periodAt,
  refusalOf,
  turns,
} from './rules.ts'
import {
  type Interaction,
  type InteractionKey,
  keyOf,
  lockPendingReceipts,
  type PendingReceipt,
  readInteractions,
} from './store.ts'
import { type Counts, NOT_ALL_OK, writeChanges } from './write.ts'

/** A wish: that the actor's interaction of this kind with the post be on, or off. */
export type ActInput = InteractionKey & {
  on: boolean
  /** The share it was reached through: the id of a repost or of a quote. Counts when it is switched on. */
  via?: string | undefined
}

export type ActResult =
  | {
      ok: true
      /** The interaction's: a repost's is what `via` names. Undefined when it has never been on. */
      id: string | undefined
      on: boolean
      /** Of the post, after. */
      likes: number
      reposts: number
      /** Nano of the parts of this interaction's instant credit that stand. */
      credited: bigint
      /** Somebody could earn, and funds lacked. */
      unfunded: boolean
    }
  | { ok: false; code: ActRefusal }

/**
 * Switches interactions on and off, and moves the money that goes with it, in the same transaction.
 *
 * On: the kind's rate is split, the sharer's part first, then among the authors; the parts of those who may earn from the
 * actor move from the actor's budget, else pledge, to their `pending`; without funds the interaction is recorded and
 * `unfunded`. Off: what is still pending goes back to where it came from, parts of a closing credit to the budget. A read
 * is never switched off. Wishing for what already is changes nothing and answers how it stands. Money moves, and the
 * batch answers, as its inputs would one after another; `likes` and `reposts` are those after the batch. A batch takes
 * two statements, whatever its size: one that reads, and only locks, and one that writes. One more each for what is switched off and for
 * funds that went elsewhere meanwhile; and wishes that contradict each other, or name a share that the batch makes or
 * takes back, take a round each.
 *
 * @param commits nothing follows in this transaction: it is committed together with the last statement, as long as the
 * books refuse nothing
 * @throws RunAgain when another transaction made one of the interactions, or spent the funds of one that `commits`, in the
 * meantime: to be run again, without `commits`
 */
export async function act(
  tx: Tx,
  rules: Rules,
  inputs: ActInput[],
  { commits = false }: { commits?: boolean } = {},
): Promise<ActResult[]> {
  const results: ActResult[] = inputs.map(() => ({ ok: false, code: 'post_not_found' }))
  const all = rounds(inputs, keyOf)
  for (const [i, round] of all.entries())
    await actRound(tx, rules, round, results, commits && i === all.length - 1)
  return results
}

type Turning = Group<ActInput> & { interaction: Interaction }

async function actRound(
  tx: Tx,
  rules: Rules,
  round: Group<ActInput>[],
  results: ActResult[],
  commits: boolean,
): Promise<void> {
  const { now, found } = await readInteractions(
    tx,
    round.map((g) => g.input),
    rules,
  )
  const granted: Turning[] = []
  for (const group of round) {
    const interaction = found.get(keyOf(group.input))
    const code = interaction ? refusalOf(group.input.on, interaction.circumstances) : 'post_not_found'
    if (interaction && !code) granted.push({ ...group, interaction })
    else for (const index of group.indices) results[index] = { ok: false, code: code ?? 'post_not_found' }
  }
  const turning = granted.filter(({ input, interaction }) => turns(input.kind, interaction.active, input.on))
  const receipts = await lockPendingReceipts(
    tx,
    turning.flatMap(({ input, interaction: { id } }) => (input.on || id === undefined ? [] : [id])),
  )
  const counts = await write(tx, rules, plan(rules, turning, receipts), periodAt(now, rules), commits)

  for (const { interaction, indices } of granted) {
    const { id, active, credited, unfunded, postId } = interaction
    const { likes, reposts } = counts.get(postId) ?? interaction
    for (const index of indices)
      results[index] = { ok: true, id, on: active, likes, reposts, credited, unfunded }
  }
}

/**
 * Decides what changes, wish by wish: what one takes back, the next may spend. A credit gets the source that covers it,
 * as far as can be seen before posting, or none.
 */
function plan(rules: Rules, turning: Turning[], receipts: Map<string, PendingReceipt[]>): Change[] {
  const funds = new Map<string, Record<CreditSource, bigint>>()
  const fundsOf = ({ actorId, funds: { budget, pledge } }: Interaction) => {
    const own = funds.get(actorId) ?? { budget: budget.balance, pledge: pledge.balance }
    funds.set(actorId, own)
    return own
  }
  return turning.map(({ input, interaction }): Change => {
    const { actorId, kind, to, receivers } = interaction
    const id = interaction.id ?? newId()
    const own = fundsOf(interaction)
    if (!input.on) {
      const pending = receipts.get(id) ?? []
      for (const { closing, source, gross } of pending) own[closing ? 'budget' : source] += gross
      const after = { ...afterTakingBack(interaction, pending), id, unfunded: false }
      if (pending.length === 0) return { interaction, after }
      return { interaction, after, money: { do: 'reverse', receipts: pending } }
    }
    const barred = new Set([...receivers].flatMap(([member, { barred }]) => (barred ? [member] : [])))
    const parts = partsDue(interaction, rules.rates[kind], to, actorId, barred, rules.shareBps)
    const source = chooseSource(sumOf(parts), own)
    if (source) own[source] -= sumOf(parts)
    return switchedOn(interaction, id, parts, source)
  })
}

function switchedOn(
  interaction: Interaction,
  id: string,
  parts: Part[],
  source: CreditSource | undefined,
): Change {
  const { credited, reversals } = interaction
  const after = { id, active: true, unfunded: false, credited, reversals }
  if (parts.length === 0) return { interaction, after }
  if (!source) return { interaction, after: { ...after, unfunded: true } }
  return {
    interaction,
    after: { ...after, credited: sumOf(parts) },
    money: { do: 'credit', source, parts },
  }
}

const UNIQUE_VIOLATION = '23505'

/**
 * Writes the changes, and notes on the interactions how they stand then. Balances were read without a lock, so the books
 * have the last word: a budget that was spent meanwhile gives way to the pledge, and without either there is no credit.
 *
 * @returns counts of the posts whose counters changed
 */
async function write(
  tx: Tx,
  rules: Rules,
  changes: Change[],
  period: bigint,
  commits: boolean,
): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>()
  for (let left = changes; left.length > 0; ) {
    const written = await writeChanges(tx, rules, left, period, { commits }).catch((error: unknown) => {
      throw overtaken(error) ? new RunAgain('overtaken by another transaction', { cause: error }) : error
    })
    for (const [post, count] of written.counts) counts.set(post, count)
    left = left.flatMap((change, i) => {
      const result = written.results[i]
      if (result === 'ok') {
        Object.assign(change.interaction, change.after)
        return []
      }
      if (result !== 'insufficient' || change.money?.do !== 'credit')
        throw new Error(`a change of ${keyOf(change.interaction)} was answered ${result}`)
      const { source, parts } = change.money
      return [
        switchedOn(change.interaction, change.after.id, parts, source === 'budget' ? 'pledge' : undefined),
      ]
    })
  }
  return counts
}

const overtaken = (error: unknown) =>
  [UNIQUE_VIOLATION, NOT_ALL_OK].includes((error as { code?: string })?.code ?? '')
