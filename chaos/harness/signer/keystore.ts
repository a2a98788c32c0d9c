import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encryptKeystoreJsonSync, Wallet } from 'ethers'

/** So light that a signer is up again at once: what is in it is worth nothing. */
const LIGHT = { N: 2, r: 1, p: 1 }

/** Writes what a signer needs into a folder. @returns its part of the environment */
export function writeKeystore(folder: string, privateKey: string): Record<string, string> {
  const at = (name: string) => join(folder, name)
  const password = randomBytes(12).toString('base64url')
  writeFileSync(at('password'), `${password}\n`, { mode: 0o600 })
  const { address } = new Wallet(privateKey)
  writeFileSync(
    at('keystore.json'),
    encryptKeystoreJsonSync({ address, privateKey }, password, { scrypt: LIGHT }),
    { mode: 0o600 },
  )
  return {
    SIGNER_KEYSTORE: at('keystore.json'),
    SIGNER_PASSWORD_FILE: at('password'),
    SIGNER_JOURNAL: at('journal'),
    SIGNER_URL: `unix:${at('signer.sock')}`,
    // Caps have tests of their own; here nothing is to come near them.
    SIGNER_MAX_PER_TRANSACTION: '1000000000',
    SIGNER_MAX_PER_DAY: '1000000000',
  }
}
