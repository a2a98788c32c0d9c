import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { migrate } from '@rivulet/db/migrate'
import { APP_GROUP } from '@rivulet/stack'
import { prepareQueue } from '@rivulet/worker/prepare-queue'

/**
 * Everything a database needs before the applications use it: the migrations, and the queue's own tables.
 *
 * @param adminUrl sign-in of the owner.
 * @returns names of the migrations applied now.
 */
export async function prepareDatabase(adminUrl: string): Promise<string[]> {
  const { applied } = await migrate(adminUrl)
  await prepareQueue(adminUrl, APP_GROUP)
  return applied
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const url = process.env.MIGRATION_DATABASE_URL || process.env.DATABASE_URL
  if (!url) {
    console.error(
      'Set MIGRATION_DATABASE_URL to the sign-in of the database’s owner. The embedded stack migrates its own.',
    )
    process.exit(2)
  }
  try {
    const applied = await prepareDatabase(url)
    console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to apply')
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
