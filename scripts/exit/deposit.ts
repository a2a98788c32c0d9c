import { encodeEnterExitMode, encodeExitDeposit } from '@rivulet/contracts'
import { CannotLeave } from './cannot-leave.ts'
import { type Acting, collectOwed, send } from './send.ts'
import { days, time } from './words.ts'

/**
 * Leaves without a leaf: for who has deposited and was in no epoch that was activated since, so that no file and no
 * secret knows of them. Freezes the vault when that is due, and takes the deposit back once it is frozen.
 * @throws CannotLeave where a leaf has the deposit
 */
export async function leaveWithDeposit(acting: Acting): Promise<void> {
  const { vault, account, say } = acting
  await collectOwed(acting)
  const { head } = await vault.state()
  if (head.frozen) return takeDeposit(acting)
  if ((await vault.refusal(encodeEnterExitMode(account))) !== undefined) {
    const { silenceLimit } = await vault.clocks()
    say('The vault is not frozen: a deposit that no epoch has counted yet comes with the next one.')
    return say(
      `Should the operator activate none for ${days(silenceLimit)}, from ${time(head.lastActivation + silenceLimit)} on this gives it back.`,
    )
  }
  await send(
    acting,
    'The operator is gone or did not serve a demand: exit mode has begun, for good',
    encodeEnterExitMode(account),
  )
  return takeDeposit(acting)
}

/**
 * Frozen, and no leaf of the wallet at hand: takes back deposits that no tree has counted, to the wallet itself.
 * @throws CannotLeave where a tree has counted them
 */
export async function takeDeposit(acting: Acting): Promise<void> {
  const { vault, account, say } = acting
  const data = encodeExitDeposit(account)
  const refusal = await vault.refusal(data)
  if (refusal === undefined) return send(acting, 'Got back deposits that no tree had counted', data)
  const { deposited, leftWithLeaf } = await vault.account(account)
  if (refusal === 'DepositInTree' && deposited > 0n && !leftWithLeaf)
    throw new CannotLeave(
      `the tree has counted deposits of ${account}: leave with that leaf, by the newest active epoch's file and the exit secret that opens it`,
    )
  if (refusal !== 'DepositInTree' && refusal !== 'NothingToPay')
    throw new CannotLeave(`the vault refuses to give the deposit back: ${refusal}`)
  say(`Nothing of ${account} is left: no leaf that is opened here, and no late deposit waits.`)
}
