import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { SECRET_BYTES } from '@rivulet/contracts'
import { getAddress, isAddress, Wallet } from 'ethers'
import { CannotLeave } from './cannot-leave.ts'

export const USAGE = `npm run exit -- --rpc URL --leaves FILE --secret FILE --key FILE [--to ADDRESS]
npm run exit -- --rpc URL --vault ADDRESS --key FILE [--to ADDRESS]

  --rpc     a node of the chain
  --leaves  the leaf file of the newest active epoch
  --secret  a file with your exit secret, as the network handed it out or the page saved it
  --vault   instead of both: the vault you deposited into, when no epoch was activated since your first deposit
  --key     a file with your wallet's private key (0x and 64 hex digits), or an encrypted keystore (JSON v3) whose
            password is in KEY_PASSWORD
  --to      where your money goes; your wallet's own address without it. A deposit that no epoch has counted always
            goes back to the wallet itself`

export type ExitArguments = {
  rpc: string
  wallet: Wallet
  to: string
  /** What somebody leaves with: a leaf of a file, or the deposit alone. */
  by: { leaves: string; secret: Uint8Array } | { vault: string }
}

/** Reads the command line and the files it names. Throws CannotLeave, in plain words and without any secret. */
export async function argumentsOf(args: string[]): Promise<ExitArguments> {
  const { rpc, leaves, secret, vault, key, to } = parsed(args)
  const isWhole = vault === undefined ? leaves && secret : leaves === undefined && secret === undefined
  if (!rpc || !key || !isWhole) throw new CannotLeave(USAGE, 2)
  if (to !== undefined && !isAddress(to)) throw new CannotLeave(`--to ${to} is no address`, 2)
  if (vault !== undefined && !isAddress(vault)) throw new CannotLeave(`--vault ${vault} is no address`, 2)
  const wallet = await walletFrom(contentOf(key, 'wallet key'))
  const by =
    vault === undefined ? { leaves: leaves!, secret: secretIn(secret!) } : { vault: getAddress(vault) }
  return { rpc, wallet, to: getAddress(to ?? wallet.address), by }
}

/** The secret in a line of its own, alone or with words around it, as the page saves it. */
function secretIn(path: string): Uint8Array {
  const [bytes, ...others] = contentOf(path, 'exit secret')
    .split(/\r?\n/)
    .flatMap((line) => secretFrom(line.trim()) ?? [])
  if (!bytes || others.length > 0)
    throw new CannotLeave(`${path} holds no exit secret: that is one line of 0x and 64 hex digits`, 2)
  return bytes
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const
  try {
    const options = { rpc: text, leaves: text, secret: text, vault: text, key: text, to: text }
    return parseArgs({ args, options }).values
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
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === SECRET_BYTES && bytes.toString('base64url') === text
    ? new Uint8Array(bytes)
    : undefined
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
