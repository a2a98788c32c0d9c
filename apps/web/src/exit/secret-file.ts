import { network } from '../network/network.ts'
import { me } from '../session/session.ts'

/** Hands the exit secret over as a file, with what is needed beside it. */
export function saveSecret(exitSecret: string): void {
  const { name, chain } = network.peek()!
  const { address } = me.peek()!
  const lines = [
    `Exit secret of ${address} on ${name}`,
    `chain ${chain.id}, vault ${chain.vault}`,
    '',
    exitSecret,
    '',
    'Keep it where only you can read it. It opens your leaf in the files of each settlement: with it, the newest file and',
    'your wallet key you take your money from the vault when the operator does not answer any more. It moves no money by',
    'itself.',
  ]
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `exit-secret-${address.slice(2, 10)}.txt`
  link.click()
  // The download has been begun by then, and needs the address no more.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
