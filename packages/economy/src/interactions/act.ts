import { RunAgain, type Tx } from '@rivulet/db'
import type { Rules } from '../rules.ts'
import { type Group, rounds } from './rounds.ts'
import { type CreditSource, chooseSource, periodAt, switchOff, switchOn } from './rules.ts'
import {
  type Interaction,
  type InteractionKey,
  keyOf,
  lockPendingReceipts,
  type PendingReceipt,
  readInteractions,
} from './store.ts'
import { type Change, NOT_ALL_OK, writeChanges } from './write.ts'

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
 * inputs would one after another; `likes` are those after the batch. A batch takes two statements, whatever its size:
 * one that reads, and only locks, and one that writes. One more each for credits to take back and for funds that went elsewhere meanwhile;
 * and wishes that contradict each other take a round each.
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
  const groups = round.flatMap((group) => {
    const interaction = found.get(keyOf(group.input))
    // Nothing begins on a post that is gone; what had begun can still be taken back.
    if (!interaction || (interaction.postDeleted && (group.input.on || !interaction.id))) return []
    return [{ ...group, interaction }]
  })
  const turning = groups.filter((g) => g.interaction.active !== g.input.on)
  const receipts = await lockPendingReceipts(
    tx,
    turning.flatMap(({ input, interaction }) =>
      !input.on && interaction.id && interaction.credited > 0n ? [interaction.id] : [],
    ),
  )
  const likes = await write(tx, rules, plan(rules, turning, receipts), periodAt(now, rules), commits)

  for (const { interaction, indices } of groups) {
    const { active, credited, unfunded, postId, likesCount } = interaction
    for (const index of indices)
      results[index] = { ok: true, on: active, likes: likes.get(postId) ?? likesCount, credited, unfunded }
  }
}

/**
 * Decides what changes, wish by wish: what one takes back, the next may spend. A credit gets the source that covers it,
 * as far as can be seen before posting, or none.
 */
function plan(rules: Rules, turning: Turning[], receipts: Map<string, PendingReceipt>): Change[] {
  const funds = new Map<string, Record<CreditSource, bigint>>()
  const fundsOf = ({ actorId, funds: { budget, pledge } }: Interaction) => {
    const own = funds.get(actorId) ?? { budget: budget.balance, pledge: pledge.balance }
    funds.set(actorId, own)
    return own
  }
  return turning.map(({ input, interaction }): Change => {
    const { id, actorId, authorId, credited, reversals } = interaction
    const own = fundsOf(interaction)
    if (!input.on) {
      const receipt = id === undefined ? undefined : receipts.get(id)
      const off = { active: false, unfunded: false, credited, reversals }
      if (!receipt || switchOff(interaction, true) === 'nothing') return { interaction, after: off }
      own[receipt.source] += receipt.gross
      const after = { ...off, credited: 0n, reversals: reversals + 1 }
      return { interaction, after, money: { do: 'reverse', receipt } }
    }
    const rate = rules.rates[interaction.kind]
    if (switchOn(interaction, actorId === authorId, rate) === 'nothing')
      return { interaction, after: { active: true, unfunded: false, credited, reversals } }
    const source = chooseSource(rate, own)
    if (source) own[source] -= rate
    return creditChange(interaction, rate, source)
  })
}

function creditChange(interaction: Interaction, rate: bigint, source: CreditSource | undefined): Change {
  const { reversals } = interaction
  if (!source) return { interaction, after: { active: true, unfunded: true, credited: 0n, reversals } }
  return {
    interaction,
    after: { active: true, unfunded: false, credited: rate, reversals },
    money: { do: 'credit', source, gross: rate },
  }
}

const UNIQUE_VIOLATION = '23505'

/**
 * Writes the changes, and notes on the interactions how they stand then. Balances were read without a lock, so the books
 * have the last word: a budget that was spent meanwhile gives way to the pledge, and without either there is no credit.
 *
 * @returns likes of the posts whose counters changed
 */
async function write(
  tx: Tx,
  rules: Rules,
  changes: Change[],
  period: bigint,
  commits: boolean,
): Promise<Map<string, number>> {
  const likes = new Map<string, number>()
  for (let left = changes; left.length > 0; ) {
    const written = await writeChanges(tx, rules, left, period, { commits }).catch((error: unknown) => {
      throw overtaken(error) ? new RunAgain('overtaken by another transaction', { cause: error }) : error
    })
    for (const [post, count] of written.likes) likes.set(post, count)
    left = left.flatMap((change, i) => {
      const result = written.results[i]
      if (result === 'ok') {
        Object.assign(change.interaction, change.after)
        return []
      }
      if (result !== 'insufficient' || change.money?.do !== 'credit')
        throw new Error(`a change of ${keyOf(change.interaction)} was answered ${result}`)
      const { source, gross } = change.money
      return [creditChange(change.interaction, gross, source === 'budget' ? 'pledge' : undefined)]
    })
  }
  return likes
}

const overtaken = (error: unknown) =>
  [UNIQUE_VIOLATION, NOT_ALL_OK].includes((error as { code?: string })?.code ?? '')
