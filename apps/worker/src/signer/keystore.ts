import { readFileSync, statSync } from 'node:fs'
import { Wallet } from 'ethers'

/**
 * The password in a file, without the line's end.
 * @throws Error when others than its owner may read the file
 */
export function readPassword(file: string): string {
  const { mode } = statSync(file)
  if ((mode & 0o077) !== 0)
    throw new Error(
      `${file} can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 it, and choose another password`,
    )
  const password = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  if (password.length < 12) throw new Error(`the password in ${file} is shorter than 12 characters`)
  return password
}

/**
 * The key in an encrypted keystore (Web3 Secret Storage, version 3).
 * @throws Error that names the file and no content, when it cannot be opened with the password
 */
export async function openKeystore(
  file: string,
  password: string,
): Promise<Pick<Wallet, 'address' | 'signingKey'>> {
  const json = readFileSync(file, 'utf8')
  try {
    return (await Wallet.fromEncryptedJson(json, password)) as Wallet
  } catch {
    // The library's own words could hold what it was given.
    throw new Error(`${file} is no keystore of version 3, or the password is not its own`)
  }
}
