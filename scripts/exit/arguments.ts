import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { SECRET_BYTES } from '@rivulet/contracts'
import { getAddress, isAddress, Wallet } from 'ethers'
import { CannotLeave } from './cannot-leave.ts'

export const USAGE = `npm run exit -- --rpc URL --leaves FILE --secret FILE --key FILE [--to ADDRESS]

  --rpc     a node of the chain
  --leaves  the leaf file of the newest active epoch
  --secret  a file with your exit secret, as the network handed it out
  --key     a file with your wallet's private key (0x and 64 hex digits), or an encrypted keystore (JSON v3) whose
            password is in KEY_PASSWORD
  --to      where your money goes; your wallet's own address without it`

export type ExitArguments = { rpc: string; leaves: string; secret: Uint8Array; wallet: Wallet; to: string }

/** Reads the command line and the files it names. Throws CannotLeave, in plain words and without any secret. */
export async function argumentsOf(args: string[]): Promise<ExitArguments> {
  const { rpc, leaves, secret, key, to } = parsed(args)
  if (!rpc || !leaves || !secret || !key) throw new CannotLeave(USAGE, 2)
  if (to !== undefined && !isAddress(to)) throw new CannotLeave(`--to ${to} is no address`, 2)
  const wallet = await walletFrom(contentOf(key, 'wallet key'))
  const bytes = secretFrom(contentOf(secret, 'exit secret'))
  if (!bytes) throw new CannotLeave(`${secret} holds no exit secret: that is 0x and 64 hex digits`, 2)
  return { rpc, leaves, secret: bytes, wallet, to: getAddress(to ?? wallet.address) }
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args, options: { rpc: text, leaves: text, secret: text, key: text, to: text } }).values
  } catch (error) {
    throw new CannotLeave(`${(error as Error).message}\n\n${USAGE}`, 2)
  }
}

function contentOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new CannotLeave(`the file with your ${what} cannot be read: ${(error as Error).message}`, 2)
  }
}

/** As the API hands it out, or the same 32 bytes as base64url. */
function secretFrom(text: string): Uint8Array | undefined {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text.slice(2), 'hex')
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === SECRET_BYTES && bytes.toString('base64url') === text ? bytes : undefined
}

async function walletFrom(text: string): Promise<Wallet> {
  try {
    if (!text.startsWith('{')) return new Wallet(text)
    return (await Wallet.fromEncryptedJson(text, process.env.KEY_PASSWORD ?? '')) as Wallet
  } catch {
    throw new CannotLeave(
      'the wallet key cannot be used: it has to be 0x and 64 hex digits, or a keystore with its password in KEY_PASSWORD',
      2,
    )
  }
}
