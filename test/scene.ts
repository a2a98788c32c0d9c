import { createPool, type Pool } from '@rivulet/db'
import { Wallet } from 'ethers'
import { expect } from 'vitest'
import { type Stack, startStack } from '../scripts/compose.ts'
import { type Chain, chainOf } from '../scripts/outside/chain.ts'
import { type Call, callerOf } from '../scripts/outside/client.ts'
import { nanoOf } from '../scripts/outside/decimal.ts'
import { lawsOf } from '../scripts/outside/laws.ts'
import { type Member, type Network, signIn, type WalletAnswer } from '../scripts/outside/member.ts'
import { until } from '../scripts/outside/until.ts'

/** A stack of its own with people in it, to be looked at through HTTP, in SQL and on the chain. */
export type Scene = {
  stack: Stack
  url: string
  /** The API, to somebody who is not signed in. */
  stranger: Call
  network: Network
  chain: Chain
  /** As the owner of the database. */
  database: Pool
  /** Signs somebody in who has deposited so much, in nano. */
  person(name: string, deposit?: bigint): Promise<Member>
  /** Fails unless the laws of the books hold to the unit, now. */
  lawsHold(): Promise<void>
  close(): Promise<void>
}

/** Nothing clears while a test looks; what is withdrawn is paid at once. */
export const CLOCK = {
  PERIOD_SECONDS: '3600',
  HOLD_SECONDS: '3600',
  HOLD_YOUNG_SECONDS: '3600',
  SETTLEMENT_SECONDS: '1',
  CHALLENGE_DELAY_SECONDS: '1',
  // A worker that has nothing to do looks for it all the same: half as often leaves the machine to the tests.
  CHAIN_POLL_MS: '500',
}

/** @param apiProcesses how many processes serve the API; one unless it is said */
export async function openScene(
  env: Record<string, string> = {},
  { apiProcesses }: { apiProcesses?: number } = {},
): Promise<Scene> {
  const stack = await startStack({ env: { ...CLOCK, ...env }, ...(apiProcesses ? { apiProcesses } : {}) })
  const stranger = callerOf(stack.url)
  const network = await stranger<Network>('GET', '/v1/network')
  const chain = chainOf(stack.rpcUrl, network)
  const database = createPool(stack.adminDatabaseUrl, { max: 2 })

  return {
    stack,
    url: stack.url,
    stranger,
    network,
    chain,
    database,
    async person(name, deposit = 0n) {
      const member = await signIn(stack.url, network, name, Wallet.createRandom())
      if (deposit > 0n) {
        await stranger('POST', '/v1/dev/faucet', { address: member.wallet.address })
        await until(
          'the faucet has paid',
          async () => (await chain.balanceOf(member.wallet.address)) >= deposit,
        )
        await chain.deposit(member.wallet, deposit)
        await until('the deposit is booked', async () => (await balanceOf(member, 'available')) === deposit)
      }
      return member
    },
    async lawsHold() {
      for (const { law, holds, figures } of await lawsOf(stranger, chain, database))
        expect(holds, `${law}: ${figures}`).toBe(true)
    },
    async close() {
      chain.close()
      await database.end()
      await stack.stop()
    },
  }
}

/** A balance by the API, in nano. */
export async function balanceOf(member: Member, account: keyof WalletAnswer): Promise<bigint> {
  return nanoOf((await member.call<WalletAnswer>('GET', '/v1/wallet'))[account])
}

export type Answered = {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into as JSON
  body: any
}

/** Sends a request as it stands and answers what came back, whatever it is. */
export async function send(
  scene: Pick<Scene, 'url'>,
  method: string,
  path: string,
  request: {
    token?: string
    key?: string
    json?: unknown
    raw?: string | Uint8Array
    headers?: Record<string, string>
    signal?: AbortSignal
  } = {},
): Promise<Answered> {
  const { token, key, json, raw, headers = {}, signal = null } = request
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json))
  const response = await fetch(scene.url + path, {
    ...{ method, signal },
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

/** Sends many requests at the same time. */
export function atOnce<T>(times: number, request: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => request(index)))
}

export const dollars = (decimal: string): bigint => nanoOf(decimal)
