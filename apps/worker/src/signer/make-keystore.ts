import { existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { encryptKeystoreJson, Wallet } from 'ethers'
import { readPassword } from './keystore.ts'

/**
 * `npm run keystore -- --out FILE --password-file FILE`: draws a key, writes it encrypted (Web3 Secret Storage, version
 * 3), and says its address. With OPERATOR_KEY in the environment it is that key, to move one that was raw until now.
 */
const { values } = parseArgs({ options: { out: { type: 'string' }, 'password-file': { type: 'string' } } })
const { out, 'password-file': passwordFile } = values
if (!out || !passwordFile) fail('usage: npm run keystore -- --out FILE --password-file FILE')
if (existsSync(out)) fail(`${out} is there already: a key that is lost cannot be had back`)
const given = process.env.OPERATOR_KEY
if (given && !/^0x[0-9a-fA-F]{64}$/.test(given)) fail('OPERATOR_KEY is no private key')
const { address, privateKey } = given ? new Wallet(given) : Wallet.createRandom()
const json = await encryptKeystoreJson({ address, privateKey }, readPassword(passwordFile))
writeFileSync(out, `${json}\n`, { mode: 0o600, flag: 'wx' })
console.log(`OPERATOR_ADDRESS=${address}\nSIGNER_KEYSTORE=${out}`)

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}
