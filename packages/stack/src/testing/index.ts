export { type TestChain, type TestChainOptions, testChain } from './chain.ts'
export { startTestCluster, type TestCluster } from './cluster.ts'
export { type TestDatabase, testDatabase } from './database.ts'
export { temporaryFolder } from './temporary.ts'
