import cluster from 'node:cluster'
import { settingsFrom } from './process/settings.ts'

// The primary loads neither the rooms nor the database's driver.
const settings = settingsFrom(process.env)
if (cluster.isPrimary && settings && settings.processes > 1)
  (await import('./process/primary.ts')).lead(settings)
else await (await import('./process/serve.ts')).serve()
