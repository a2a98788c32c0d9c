import { HDNodeWallet } from 'ethers'
import type { Traffic } from './client.ts'
import { each } from './each.ts'
import { type Member, type Network, signIn } from './member.ts'

/** Throw-away wallets, all of one mnemonic: the name at place n has the account n of it. */
export function walletsOf(names: readonly string[]): Map<string, HDNodeWallet> {
  const root = HDNodeWallet.createRandom('', "m/44'/60'/0'/0")
  return new Map(names.map((name, place) => [name, root.deriveChild(place)]))
}

/** Signs everybody in. */
export async function signInAll(
  url: string,
  network: Network,
  wallets: ReadonlyMap<string, HDNodeWallet>,
  traffic: Traffic,
  onDone: (done: number) => void,
): Promise<Map<string, Member>> {
  const members = new Map<string, Member>()
  await each([...wallets], 16, async ([name, wallet]) => {
    members.set(name, await signIn(url, network, name, wallet, traffic))
    onDone(members.size)
  })
  return members
}
