import type { FastifyInstance } from 'fastify'
import { buildApp } from '../app.ts'
import { configFrom } from '../config.ts'
import { closeDeps, createDeps } from '../deps.ts'

/** The embedded stack's API, the faucet too, to ask for its document. Nothing is connected to: addresses and keys are placeholders. */
export async function unserved(): Promise<{ app: FastifyInstance; close(): Promise<void> }> {
  const nowhere = `0x${'11'.repeat(20)}`
  const deps = createDeps(
    configFrom({
      DATABASE_URL: 'postgresql://127.0.0.1:9/none',
      CHAIN_RPC_URL: 'http://127.0.0.1:9',
      CHAIN_ID: '31337',
      VAULT_ADDRESS: nowhere,
      TOKEN_ADDRESS: nowhere,
      SECRET_KEY: 'only for printing the document, never used',
      RIVULET_EMBEDDED: 'true',
      FAUCET_KEY: `0x${'11'.repeat(32)}`,
      LOG_LEVEL: 'silent',
    }),
  )
  const app = await buildApp(deps)
  return {
    app,
    async close() {
      await app.close()
      await closeDeps(deps)
    },
  }
}
