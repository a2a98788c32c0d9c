import { CLUSTER_VARIABLE, startTestCluster } from './cluster.ts'

/** One PostgreSQL for a whole vitest run; returns what stops it. */
export default async function setup(): Promise<() => Promise<void>> {
  const { adminUrl, appPassword, stop } = await startTestCluster()
  // Test processes are started after this, with this environment.
  process.env[CLUSTER_VARIABLE] = JSON.stringify({ adminUrl, appPassword })
  return stop
}
