import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** The API in a process of its own. */
export interface Server {
  port: number
  pid: number
  stop(): Promise<void>
}

/** For an API that nobody asks for a chain. */
export const ENVIRONMENT = {
  CHAIN_RPC_URL: 'http://127.0.0.1:9',
  CHAIN_ID: '31337',
  VAULT_ADDRESS: `0x${'11'.repeat(20)}`,
  TOKEN_ADDRESS: `0x${'22'.repeat(20)}`,
  SECRET_KEY: 'of a benchmark, and long enough for one',
  PUBLIC_URL: 'https://rivulet.test',
  LOG_LEVEL: 'warn',
  // All requests come from one address.
  RIVULET_EMBEDDED: 'true',
}

export async function startServer(databaseUrl: string): Promise<Server> {
  const child: ChildProcess = fork(new URL('./server-main.ts', import.meta.url), {
    env: { ...process.env, ...ENVIRONMENT, DATABASE_URL: databaseUrl },
  })
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the API ended with code ${code}`)
    }),
  ])
  return {
    port: port as number,
    pid: child.pid!,
    async stop() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}
