import type { BaseWallet } from 'ethers'
import { type Call, callerOf, type Traffic } from './client.ts'

/** What `GET /v1/network` says, as far as it is used here. */
export type Network = {
  auth: { domain: string; uri: string }
  chain: { id: number; vault: string; rpcUrl?: string }
  asset: { symbol: string; address: string; decimals: number }
  rates: { like: string; read: string; comment: string; repost: string }
  shareBps: number
  split: { viewer: number; budget: number; author: number; platform: number }
  fees: { tipBps: number; clearingBps: number }
  periodSeconds: number
  holds: { normal: number; young: number; views: number }
  minWithdrawal: string
}

export type WalletAnswer = Record<
  'available' | 'pending' | 'budget' | 'pledge' | 'withdrawing' | 'owed' | 'earnedTotal',
  string
>

/** Somebody with a wallet and a session. */
export type Member = { name: string; wallet: BaseWallet; id: string; token: string; call: Call }

/** Signs in with a wallet (EIP-4361), which makes the member when there is none yet. */
export async function signIn(
  url: string,
  network: Pick<Network, 'auth' | 'chain'>,
  name: string,
  wallet: BaseWallet,
  traffic?: Traffic,
): Promise<Member> {
  const stranger = callerOf(url, undefined, traffic)
  const { nonce } = await stranger<{ nonce: string }>('POST', '/v1/auth/nonce')
  const message = [
    `${network.auth.domain} wants you to sign in with your Ethereum account:`,
    wallet.address,
    '',
    `I am ${name}.`,
    '',
    `URI: ${network.auth.uri}`,
    'Version: 1',
    `Chain ID: ${network.chain.id}`,
    `Nonce: ${nonce}`,
    `Issued At: ${new Date().toISOString()}`,
  ].join('\n')
  const signature = await wallet.signMessage(message)
  const { token, member } = await stranger<{ token: string; member: { id: string } }>(
    'POST',
    '/v1/auth/verify',
    { message, signature },
  )
  return { name, wallet, id: member.id, token, call: callerOf(url, token, traffic) }
}
