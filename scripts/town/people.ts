import { HDNodeWallet } from 'ethers'

/**
 * The words of every development chain, on a branch of their own: accounts that somebody may have in a wallet of theirs
 * (m/44'/60'/0') are none of these. Everybody knows the keys, so they are for chains where nothing is worth anything.
 */
const MNEMONIC = 'test test test test test test test test test test test junk'
const BRANCH = "m/44'/60'/7'/0"

/** What each bio begins with. */
export const MARK = 'Demo member.'

/** What each post is tagged with. */
export const TAG = 'demo'

/** In order: the place is the number of the account, so new ones come last. */
export const PEOPLE = [
  { name: 'marta', called: 'Marta', about: 'Bakes on Mill Street from three in the morning. Rye, mostly.' },
  { name: 'otis', called: 'Otis', about: 'Old radios, mended slowly. If it hums, bring it round.' },
  { name: 'ines', called: 'Ines', about: 'Bicycle workshop under the railway arch. No bike is too rusty.' },
  {
    name: 'ravi',
    called: 'Ravi',
    about: 'Plot 14 at the allotments. Beans, squash, opinions about compost.',
  },
  { name: 'lotte', called: 'Lotte', about: 'Runs the ferry, reads the river gauge, talks to herons.' },
  { name: 'bruno', called: 'Bruno', about: 'Keeps bees behind the chapel, and a notebook about them.' },
  { name: 'wanda', called: 'Wanda', about: 'Librarian. Ask me where anything is, or used to be.' },
  { name: 'emil', called: 'Emil', about: 'Seventeen, takes things apart. Some go together again.' },
  { name: 'yusuf', called: 'Yusuf', about: 'Soup at noon by the bridge. The pot decides what kind.' },
  { name: 'rowing', called: 'Millrace Rowing Shed', about: 'Boats by the hour. Pays for being looked at.' },
] as const

export type Name = (typeof PEOPLE)[number]['name']

/** Who pays for the campaign; the others write, read and like. */
export const SPONSOR: Name = 'rowing'

/** As texts name them. */
export const handleOf = (name: Name): string => `demo-${name}`

/** As everybody sees them. */
export const profileOf = ({ called, about }: (typeof PEOPLE)[number]) => ({
  displayName: `${called} (demo)`,
  bio: `${MARK} ${about}`,
})

/** The same people after every start: wallets by the order above. */
export function walletsOf(): Map<Name, HDNodeWallet> {
  const root = HDNodeWallet.fromPhrase(MNEMONIC, '', BRANCH)
  return new Map(PEOPLE.map(({ name }, place) => [name, root.deriveChild(place)]))
}
