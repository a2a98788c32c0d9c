export { refuseChainBehindBooks } from './chain/behind.ts'
export {
  type ChainKeys,
  type Deployment,
  type DeploymentClocks,
  deploy,
  embeddedClocks,
  setEther,
} from './chain/deployment.ts'
export { ensureDeployment } from './chain/embedded.ts'
export { type BlockId, readBlock, rpc } from './chain/rpc.ts'
export { type Chain, type ChainOptions, EMBEDDED_CHAIN_ID, startChain } from './chain/start.ts'
export { type Home, openHome, resetHome } from './home/home.ts'
export { drawChainKeys, type Keys, readKeys } from './home/keys.ts'
export { type Lock, lockHome } from './home/lock.ts'
export { type HomeVersion, RESET, refuseOtherVersion, writeVersion } from './home/version.ts'
export * from './people/index.ts'
export { APP_GROUP, APP_LOGIN, ensureDatabase, ensureLogin } from './postgres/roles.ts'
export { onConnection, withDatabase, withLogin } from './postgres/sql.ts'
export { type Postgres, type PostgresOptions, startPostgres } from './postgres/start.ts'
export { type Child, type ChildExit, type ChildOptions, startChild, stopChildren } from './processes/child.ts'
export { keepFolder, startGuardian } from './processes/guardian.ts'
export { identify, isRunning, type ProcessIdentity } from './processes/identity.ts'
export { lastLines } from './processes/log.ts'
export { freePort, refuseTakenPort } from './processes/ports.ts'
export { rank, type Stoppable, stopInOrder } from './processes/stopping.ts'
export { StartRefused } from './refusal.ts'
export * from './testing/index.ts'
