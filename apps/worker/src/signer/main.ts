import { createLog } from '../log.ts'
import { signerConfigFrom } from './config.ts'
import { guardedSigner } from './guarded.ts'
import { Journal } from './journal.ts'
import { openKeystore, readPassword } from './keystore.ts'
import { holdAlone } from './lock.ts'
import { serveSigner } from './serve.ts'

/*
 * The signer: the operator's key in a process of its own, which knows neither the database nor the chain, and signs what
 * its own policy allows.
 */

const config = signerConfigFrom(process.env)
const password = readPassword(config.SIGNER_PASSWORD_FILE)
await holdAlone(config.SIGNER_JOURNAL)
const journal = new Journal(config.SIGNER_JOURNAL)
const wallet = await openKeystore(config.SIGNER_KEYSTORE, password)
const { privateKey } = wallet.signingKey
const secrets = [password, config.SIGNER_TOKEN, privateKey, privateKey.slice(2)]
const log = createLog({ ...config, secrets }, undefined, 'signer')

const server = await serveSigner(
  guardedSigner(wallet, config.policy, journal),
  { place: config.place, token: config.SIGNER_TOKEN },
  log,
)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    server.close(() => {
      journal.close()
      log.info('stopped')
    })
  })
log.info({ operator: wallet.address, vault: config.policy.vault, at: config.SIGNER_URL }, 'open')
