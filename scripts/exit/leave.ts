import {
  encodeActivate,
  encodeClaim,
  encodeEnterExitMode,
  encodeExit,
  encodeRequestExit,
  type LeafFileSummary,
  type VaultState,
} from '@rivulet/contracts'
import { CannotLeave } from './cannot-leave.ts'
import type { FoundCommit } from './commits.ts'
import { takeDeposit } from './deposit.ts'
import type { OwnLeaf } from './own-leaves.ts'
import { type Acting, collectOwed, send } from './send.ts'
import { days, time } from './words.ts'

export type Leaving = Acting & { file: LeafFileSummary; own: readonly OwnLeaf[] }

/**
 * Does what can be done now to leave, whatever was done before: collects, claims, freezes the vault when that is due and
 * exits, or demands the money and says what happens when.
 */
export async function leave(leaving: Leaving, commit: FoundCommit | undefined): Promise<void> {
  const { vault, account, say } = leaving
  await collectOwed(leaving)
  const state = await withActiveFile(leaving)
  checkCommit(leaving.file, state, commit)
  say(`The file is the one that was committed: epoch ${leaving.file.number}, ${leaving.file.leaves} leaves.`)
  for (const { leaf } of leaving.own)
    say(
      `Leaf ${leaf.index} of ${leaf.account}: ${vault.text(leaf.authorised)} granted, ${vault.text(leaf.spendable)} ` +
        `spendable, ${vault.text(leaf.held)} held, ${vault.text(leaf.payout)} being paid.`,
    )
  if (state.head.frozen) return exit(leaving)

  for (const { leaf, proof } of leaving.own)
    if (leaf.authorised > (await vault.account(leaf.account)).claimed)
      await send(
        leaving,
        'Claimed what was granted',
        encodeClaim(leaf, proof, destination(leaving, leaf.account)),
      )
  if ((await vault.refusal(encodeEnterExitMode(account))) === undefined) {
    // Exit mode activates an epoch that is due. One that owes somebody a leaf it voids.
    const { pending, validAt, demands, number } = state.head
    if (pending && demands === 0 && state.block.timestamp >= validAt) return needs(number + 1)
    await send(
      leaving,
      'The operator is gone or did not serve a demand: exit mode has begun, for good',
      encodeEnterExitMode(account),
    )
    return exit(leaving)
  }
  await demand(leaving, state)
}

/** The vault's state once the file's epoch is the active one. Anybody may activate an epoch whose delay has passed. */
async function withActiveFile(leaving: Leaving): Promise<VaultState> {
  const { vault, file, say } = leaving
  const state = await vault.state()
  const isNext = file.number === state.head.number + 1 && state.head.pending && !state.head.frozen
  if (!isNext) return file.number === state.head.number ? state : needs(state.head.number)
  const refusal = await vault.refusal(encodeActivate())
  if (refusal === 'DemandsOpen')
    throw new CannotLeave(
      `somebody demands to see their leaf of epoch ${file.number}: run this again when it was shown, or, without an answer, with the file of epoch ${state.head.number}`,
    )
  if (refusal !== undefined)
    throw new CannotLeave(
      `epoch ${file.number} becomes active at ${time(state.head.validAt)}: run this again then`,
    )
  await vault.send(encodeActivate())
  say(`Activated epoch ${file.number}.`)
  return vault.state()
}

function needs(number: number): never {
  throw new CannotLeave(
    number === 0
      ? 'no epoch was ever activated, so there is no leaf to leave with'
      : `the vault goes by epoch ${number}: get that epoch's leaf file and run this again`,
  )
}

function checkCommit(file: LeafFileSummary, { active }: VaultState, commit: FoundCommit | undefined): void {
  const same =
    file.root === active.root &&
    file.gross === active.gross &&
    file.depth === active.depth &&
    file.payoutRoot === active.payoutRoot
  if (!same)
    throw new CannotLeave(`the file is not what epoch ${file.number} committed: it leads to another root`)
  if (commit && commit.dataHash !== file.dataHash)
    throw new CannotLeave(`the file is not what epoch ${file.number} committed: its hash is another`)
}

/** Frozen: everything a leaf is worth is paid, what was never asked for too. */
async function exit(leaving: Leaving): Promise<void> {
  const { vault, account, own, say } = leaving
  for (const { leaf, proof } of own) {
    const data = encodeExit(leaf, proof, destination(leaving, leaf.account))
    const refusal = await vault.refusal(data)
    if (refusal === undefined) await send(leaving, 'Left with everything the leaf is worth', data)
    else if (refusal === 'NothingToPay')
      say(`The leaf of ${leaf.account} has been paid out: nothing is left.`)
    else throw new CannotLeave(`the vault refuses the exit: ${refusal}`)
  }
  if (!own.some(({ leaf }) => leaf.account === account)) await takeDeposit(leaving)
}

/** Not frozen: demands what is spendable, and says what happens when. */
async function demand(leaving: Leaving, { head }: VaultState): Promise<void> {
  const { vault, account, own, say } = leaving
  const { silenceLimit, forcedWindow } = await vault.clocks()
  const mine = own.find(({ leaf }) => leaf.account === account)
  if (!mine)
    say(
      `No leaf of ${account} opens with this secret: a deposit that no epoch has counted yet comes with the next one.`,
    )
  const { exitDeadline } = await vault.account(account)
  if (mine && exitDeadline === 0 && mine.leaf.spendable + mine.leaf.payout > 0n) {
    await send(leaving, 'Demanded all that is spendable', encodeRequestExit(mine.leaf, mine.proof))
    say(
      `The operator has ${days(forcedWindow)} to grant it. Run this again with a newer leaf file to claim it.`,
    )
  } else if (exitDeadline !== 0)
    say(
      `Your demand stands. If it is not served by ${time(exitDeadline)}, run this again: the vault then freezes, and everybody is paid.`,
    )
  else if (mine) say('Nothing more can be demanded now.')
  say(
    `Should the operator fall silent, everybody can leave with everything from ${time(head.lastActivation + silenceLimit)} on.`,
  )
}

/** The wallet's own money goes where it wants; that of others only to them. */
function destination({ account, to }: Leaving, owner: string): string {
  return owner === account ? to : owner
}
