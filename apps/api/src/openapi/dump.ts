import { buildApp } from '../app.ts'
import { configFrom } from '../config.ts'
import { closeDeps, createDeps } from '../deps.ts'

/** Prints the OpenAPI document. Nothing is connected to: the addresses below are only placeholders. */
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
    LOG_LEVEL: 'silent',
  }),
)
const app = await buildApp(deps)
process.stdout.write(`${JSON.stringify(app.swagger(), null, 2)}\n`)
await app.close()
await closeDeps(deps)
